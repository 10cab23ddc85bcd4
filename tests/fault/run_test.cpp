// Whole runs of the released program, in which everything is made that a context can say of files:
// killed before each system call that changes anything, and with each call failing once. What must
// hold at any moment holds; the next run ends where an undisturbed one does, and has nothing left
// to do after that. With sanitizers the program would take ten times as long.
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/fault/machine.h"
#include "tests/fault/strace.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/network_namespace.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

// Machines in memory, where fsync(2) costs nothing, with a network of their own.
class Stage {
  public:
    explicit Stage(Scene scene) : scene_(scene)
    {
        if (!strace_works() || !network_.made() || unshare(CLONE_NEWNS | CLONE_NEWUTS) != 0 ||
            mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("tmpfs", top_.path().c_str(), "tmpfs", 0, "mode=0755") != 0) {
            WARN("needs strace, and root for namespaces; nothing is tested");
            return;
        }
        // What a killed program has started becomes ours, to be waited for.
        REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
        add_veth("eth0", "02:00:c0:a8:46:96", "peer0");
        fs::copy_file(released_guest(), program());
        fs::copy_file("/bin/busybox", top_.path() / "busybox");
        is_possible_ = true;
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage() { umount2(top_.path().c_str(), MNT_DETACH); }

    [[nodiscard]] bool is_possible() const { return is_possible_; }
    // The machine as it was; the one before is gone.
    [[nodiscard]] SceneMachine machine() const
    {
        constexpr std::string_view kName = "localhost";
        REQUIRE(sethostname(kName.data(), kName.size()) == 0);
        fs::remove_all(top_.path() / "machine");
        return {scene_, top_.path() / "machine", program()};
    }

  private:
    [[nodiscard]] fs::path program() const { return top_.path() / "onectx-guest"; }

    Scene scene_;
    TemporaryFolder top_;
    NetworkNamespace network_;
    bool is_possible_ = false;
};

// What an undisturbed run comes to.
struct Wanted {
    std::vector<Call> calls;
    Tree files;
    std::string plan;  // of the next run
};

Wanted undisturbed(const Stage& stage)
{
    const auto machine = stage.machine();
    Wanted wanted;
    // Dumping is what main() forbids first of all.
    wanted.calls = calls_between("PR_SET_DUMPABLE", "exit_group", machine.command());
    wanted.files = machine.files();
    wanted.plan = run_program(machine.show_plan()).out;
    machine.check();
    return wanted;
}

// The next run after a disturbed one.
void check_next_run(const SceneMachine& machine, const Wanted& wanted)
{
    const auto again = run_program(machine.command());
    CHECK(again.err == "");
    CHECK(again.status == 0);
    CHECK(difference(wanted.files, machine.files()) == "");
    machine.check();
}

// Kills the machine's command before the call. A script that it has started comes to its end.
void kill_at(const Call& call, const SceneMachine& machine)
{
    const auto finished = disturbed(call, "signal=SIGKILL", machine.command());
    // How often a script is waited for is a matter of time.
    CHECK((finished.status == 128 + 9 || waits_for_others(call)));
    while (waitpid(-1, nullptr, 0) > 0) {
    }
}

void kill_at_each_call(Scene scene)
{
    const Stage stage(scene);
    if (!stage.is_possible()) return;
    const auto wanted = undisturbed(stage);
    std::size_t killed = 0;
    for (const auto& call : wanted.calls) {
        if (!changes_anything(call) && !waits_for_others(call)) continue;
        INFO("killed before " << call.name << " number " << call.number);
        const auto machine = stage.machine();
        kill_at(call, machine);
        ++killed;
        machine.check();
        check_next_run(machine, wanted);
        CHECK(run_program(machine.show_plan()).out == wanted.plan);
    }
    CHECK(killed > 150);
}

// Of `parts` tests this one takes every call from `part` on.
void fail_each_call(Scene scene, std::size_t part, std::size_t parts)
{
    const Stage stage(scene);
    if (!stage.is_possible()) return;
    const auto wanted = undisturbed(stage);
    for (auto at = part; at < wanted.calls.size(); at += parts) {
        const auto& call = wanted.calls[at];
        if (scene != Scene::image && !changes_anything(call)) continue;
        INFO("failed: " << call.name << " number " << call.number);
        const auto machine = stage.machine();
        const auto finished = disturbed(call, "error=EIO", machine.command());
        INFO(finished.err);
        CHECK(finished.status < 128);  // by itself
        if (finished.status != 0) CHECK(finished.err != "");
        machine.check();
        // What was not made and is not said would never be missed.
        const auto left = difference(wanted.files, machine.files());
        if (finished.err.empty()) CHECK(left == "");
        if (!left.empty()) check_next_run(machine, wanted);
    }
    CHECK(wanted.calls.size() > 500);
}

}  // namespace

TEST_CASE("an image survives any moment of death")
{
    kill_at_each_call(Scene::image);
}

TEST_CASE("a boot survives any moment of death")
{
    kill_at_each_call(Scene::boot);
}

TEST_CASE("an image survives any failing call, the first half")
{
    fail_each_call(Scene::image, 0, 2);
}

TEST_CASE("an image survives any failing call, the second half")
{
    fail_each_call(Scene::image, 1, 2);
}

TEST_CASE("a boot survives any change that fails")
{
    fail_each_call(Scene::boot, 0, 1);
}

TEST_CASE("scripts run once at most, whenever the machine dies")
{
    const Stage stage(Scene::scripts);
    if (!stage.is_possible()) return;
    auto two_boots = [](const SceneMachine& machine) {
        machine.start_again();
        CHECK(run_program(machine.command()).status == 0);
        machine.check();
        machine.check_all_have_run();
    };
    const auto before = stage.machine();
    const auto calls = calls_between("PR_SET_DUMPABLE", "exit_group", before.command());
    two_boots(before);
    const auto wanted = before.files();
    REQUIRE(wanted.contains("etc/late"));
    std::size_t killed = 0;
    for (const auto& call : calls) {
        if (!changes_anything(call) && !waits_for_others(call)) continue;
        INFO("killed before " << call.name << " number " << call.number);
        const auto machine = stage.machine();
        kill_at(call, machine);
        ++killed;
        machine.check();
        CHECK(run_program(machine.command()).status == 0);
        machine.check();
        two_boots(machine);
        CHECK(difference(wanted, machine.files()) == "");
    }
    CHECK(killed > 50);
}

}  // namespace onectx::test
