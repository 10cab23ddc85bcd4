// Which of several places a context is taken from, in which order they are looked at, and how long.
#include "guest/system/source_search.h"

#include <thread>

#include "tests/support/catch.h"

namespace onectx {
namespace {

using std::chrono::milliseconds;
using std::literals::chrono_literals::operator""ms;
using Lines = std::vector<std::string>;

// Each place notes how it was asked and answers in its turn; the last answer stays.
struct Places {
    ContextPlaces places;
    Lines asked;

    ContextPlaces::Look answering(const std::string& name, std::vector<std::string> answers)
    {
        return [this, name, answers, turn = std::size_t{0}](milliseconds limit) mutable {
            asked.push_back(name + (limit == 0ms ? " now" : ""));
            const auto answer = answers[std::min(turn++, answers.size() - 1)];
            SourceSearch search;
            if (answer == "error") return Result<SourceSearch>(fail(name + " is broken"));
            if (answer == "yes") search.source = Source{.text = {}, .description = name};
            if (answer == "slow") std::this_thread::sleep_for(limit);
            if (answer == "remark") search.problems.push_back({"", name + " says no", false});
            return Result<SourceSearch>(std::move(search));
        };
    }
    std::string choose(milliseconds wait = 1000ms)
    {
        const auto search = choose_context(places, wait);
        if (!search) return "error: " + search.error().message;
        std::string text = search->source ? search->source->description : "none";
        for (const auto& problem : search->problems)
            text += "; " + problem.message;
        return text;
    }
};

}  // namespace

TEST_CASE("a machine with devices alone", "[source]")
{
    Places one;
    one.places.device = one.answering("device", {"yes"});
    CHECK(one.choose() == "device");
    CHECK(one.asked == Lines{"device"});

    Places none;
    none.places.device = none.answering("device", {"remark"});
    CHECK(none.choose() == "none; device says no");
    CHECK(Places().choose() == "none");
}

TEST_CASE("what VMware tells is not waited for, and a medium that is there wins", "[source]")
{
    Places both;
    both.places.device = both.answering("device", {"yes"});
    both.places.guestinfo = both.answering("guestinfo", {"yes"});
    CHECK(both.choose() == "device");
    CHECK(both.asked == Lines{"device now"});

    Places late;
    late.places.device = late.answering("device", {"error", "yes"});
    late.places.guestinfo = late.answering("guestinfo", {"yes"});
    CHECK(late.choose() == "guestinfo");
    CHECK(late.asked == Lines{"device now", "guestinfo"});

    Places only_late;
    only_late.places.device = only_late.answering("device", {"error", "yes"});
    only_late.places.guestinfo = only_late.answering("guestinfo", {"remark"});
    CHECK(only_late.choose() == "device; guestinfo says no");
    CHECK(only_late.asked == Lines{"device now", "guestinfo", "device"});
}

TEST_CASE("all places together take no longer than the wait", "[source]")
{
    Places slow;
    slow.places.device = slow.answering("device", {"no"});
    slow.places.guestinfo = slow.answering("guestinfo", {"slow"});
    CHECK(slow.choose(50ms) == "none");
    CHECK(slow.asked == Lines{"device now", "guestinfo", "device now"});
}

TEST_CASE("a context that cannot be read is an error, and nothing is taken in its place",
          "[source]")
{
    Places broken;
    broken.places.device = broken.answering("device", {"no"});
    broken.places.guestinfo = broken.answering("guestinfo", {"error"});
    broken.places.folder = broken.answering("folder", {"yes"});
    CHECK(broken.choose() == "error: guestinfo is broken");
}

TEST_CASE("metadata that are kept are not waited for; the service comes last", "[source]")
{
    Places kept;
    kept.places.device = kept.answering("device", {"no", "yes"});
    kept.places.metadata = kept.answering("metadata", {"yes"});
    kept.places.metadata_is_kept = true;
    CHECK(kept.choose() == "metadata");
    CHECK(kept.asked == Lines{"device now", "metadata"});

    Places service;
    service.places.device = service.answering("device", {"no"});
    service.places.folder = service.answering("folder", {"no"});
    service.places.metadata = service.answering("metadata", {"yes"});
    CHECK(service.choose() == "metadata");
    CHECK(service.asked == Lines{"device", "folder", "metadata"});

    Places container;
    container.places.is_container = true;
    container.places.folder = container.answering("folder", {"no"});
    container.places.metadata = container.answering("metadata", {"yes"});
    CHECK(container.choose() == "metadata");
}

TEST_CASE("a folder is a container's; elsewhere everything comes before it", "[source]")
{
    Places container;
    container.places.is_container = true;
    container.places.device = container.answering("device", {"yes"});
    container.places.folder = container.answering("folder", {"yes"});
    CHECK(container.choose() == "folder");
    CHECK(container.asked == Lines{"folder"});

    Places machine;
    machine.places.device = machine.answering("device", {"yes"});
    machine.places.folder = machine.answering("folder", {"yes"});
    CHECK(machine.choose() == "device");
    Places left_over;
    left_over.places.device = left_over.answering("device", {"no"});
    left_over.places.folder = left_over.answering("folder", {"yes"});
    CHECK(left_over.choose() == "folder");
    CHECK(left_over.asked == Lines{"device", "folder"});
}

}  // namespace onectx
