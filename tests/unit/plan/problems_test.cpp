// Problems that a context makes without end, and how many of them anybody hears of.
#include "guest/model/problems.h"

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

std::string repeated(std::size_t count, std::string_view text)
{
    std::string result;
    for (; count > 0; --count)
        result += text;
    return result;
}

Lines problems_of(const Context& context)
{
    return to_lines(make_settings(context, Policy{}).problems);
}

}  // namespace

TEST_CASE("beyond a limit problems are counted", "[problems]")
{
    std::vector<Problem> problems;
    for (std::size_t at = 0; at < kMaxProblems; ++at)
        add_problem(problems, {"A", "is wrong", true});
    CHECK(problems.size() == kMaxProblems);
    CHECK(problems.back().message == "is wrong");
    add_problem(problems, {"A", "is odd", false});
    CHECK(to_lines({problems.back()}) == Lines{"warning : and 1 more of the kind"});
    add_problems(problems, {{"A", "is odd", false}, {"A", "is wrong", true}});
    CHECK(problems.size() == kMaxProblems + 1);
    CHECK(to_lines({problems.back()}) == Lines{"error : and 3 more of the kind"});
    // Those that one stands for count, too.
    auto others = problems;
    add_problems(problems, others);
    CHECK(problems.size() == kMaxProblems + 1);
    CHECK(to_lines({problems.back()}) == Lines{"error : and 106 more of the kind"});
}

TEST_CASE("no list of a context makes problems without end", "[problems]")
{
    const auto nic = std::pair<std::string, std::string>("ETH0_MAC", "02:00:00:00:00:01");
    for (const auto& context : {context_of({{"INIT_SCRIPTS", repeated(20000, "x/ ")}}),
                                context_of({{"GROW_FS", repeated(20000, "x ")}}),
                                context_of({nic, {"DNS", repeated(20000, "x ")}}),
                                context_of({nic, {"ETH0_ROUTES", repeated(20000, "x,")}}),
                                context_of({nic, {"ROUTES", repeated(20000, "x,")}})}) {
        CAPTURE(context.rbegin()->first);
        // Of the 1024 items that are looked at, and of those that are not.
        const auto problems = problems_of(context);
        CHECK(problems.size() == kMaxProblems + 1);
        CHECK(problems.back() == "error : and 925 more of the kind");
    }
}

TEST_CASE("past a limit there is one error in all", "[problems]")
{
    Context scripts;
    for (int at = 0; at < 2000; ++at)
        scripts["INIT_SCRIPTS"].text += "s" + std::to_string(at) + ' ';
    const auto settings = make_settings(scripts, Policy{});
    CHECK(settings.scripts.init.size() == kMaxListItems);
    CHECK(to_lines(settings.problems) ==
          Lines{"error INIT_SCRIPTS: more than 1024 names; the rest is not run"});

    Context disks;
    for (int at = 0; at < 1000; ++at) {
        const auto disk = "DISK" + std::to_string(at);
        disks[disk + "_MOUNT_TAG"].text = "t" + std::to_string(at);
        disks[disk + "_MOUNT_POINT"].text = "/mnt/" + std::to_string(at);
    }
    CHECK(problems_of(disks) == Lines{"error DISK256_MOUNT_POINT: more than 256 file systems; it "
                                      "and the rest are left out"});

    Context keys;
    for (int at = 0; at < 1100; ++at)
        keys["U" + std::to_string(1000 + at) + "_SSH_PUBLIC_KEY"].text = test_key('k');
    CHECK(problems_of(keys) == Lines{"error U2024_SSH_PUBLIC_KEY: keys for more than 1024 users; "
                                     "these and the rest are left out"});
    for (auto& [name, key] : keys)
        key.text = "none";
    CHECK(problems_of(keys).back() == "warning : and 1000 more of the kind");
}

}  // namespace onectx::test
