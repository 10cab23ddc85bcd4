// Notes of change: one note for any number of events, none lost while somebody is at work.
#include "guest/system/pending.h"

#include <thread>

#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {

using std::literals::chrono_literals::operator""ms;

namespace {

struct Machine {
    test::TemporaryFolder folder;
    Root root = std::move(*Root::open(folder.path().string()));

    [[nodiscard]] bool noted() const
    {
        return std::filesystem::exists(folder.path() / "run/onectx/pending");
    }
};

}  // namespace

TEST_CASE("any number of events is one note")
{
    Machine machine;
    for (int event = 0; event < 100; ++event)
        REQUIRE(leave_note(machine.root));
    CHECK(machine.noted());
    auto taker = NoteTaker::begin(machine.root);
    REQUIRE(taker);
    REQUIRE(*taker);
    CHECK((*taker)->take(1ms, 50ms) == true);
    CHECK_FALSE(machine.noted());
    CHECK((*taker)->take(1ms, 50ms) == false);
}

TEST_CASE("a note that comes while the last one is worked on is another one")
{
    Machine machine;
    REQUIRE(leave_note(machine.root));
    auto taker = NoteTaker::begin(machine.root);
    REQUIRE(*taker);
    REQUIRE((*taker)->take(1ms, 50ms) == true);
    REQUIRE(leave_note(machine.root));
    CHECK((*taker)->take(1ms, 50ms) == true);
    CHECK((*taker)->take(1ms, 50ms) == false);
}

TEST_CASE("one takes notes at a time")
{
    Machine machine;
    REQUIRE(leave_note(machine.root));
    {
        auto first = NoteTaker::begin(machine.root);
        REQUIRE(*first);
        auto second = NoteTaker::begin(machine.root);
        REQUIRE(second);
        CHECK_FALSE(*second);
    }
    auto third = NoteTaker::begin(machine.root);
    REQUIRE(third);
    CHECK(*third);
}

TEST_CASE("notes that never stop are taken all the same")
{
    Machine machine;
    REQUIRE(leave_note(machine.root));
    auto taker = NoteTaker::begin(machine.root);
    REQUIRE(*taker);
    std::jthread events([&](const std::stop_token& stop) {
        auto root = std::move(*Root::open(machine.folder.path().string()));
        while (!stop.stop_requested()) {
            (void)leave_note(root);
            std::this_thread::sleep_for(1ms);
        }
    });
    CHECK((*taker)->take(10ms, 100ms) == true);
}

TEST_CASE("a note that is dropped is no note")
{
    Machine machine;
    CHECK(drop_note(machine.root));
    REQUIRE(leave_note(machine.root));
    CHECK(drop_note(machine.root));
    CHECK_FALSE(machine.noted());
}

}  // namespace onectx
