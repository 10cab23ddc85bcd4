// The executor: what it makes of each change, what it reports, when it plans a step again.
#include "guest/system/apply.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/digest.h"
#include "guest/system/lock.h"
#include "tests/support/catch.h"
#include "tests/unit/system/apply_machine.h"

namespace onectx::test {

namespace fs = std::filesystem;

constexpr unsigned kNobody = 65534;

TEST_CASE("what is fetched is appended to nothing that a link leads to")
{
    Machine machine;
    write_file(machine.folder.path() / "secret", "secret\n");
    write_file(machine.folder.path() / "home/plain", "one\n");
    fs::create_symlink("../secret", machine.folder.path() / "home/link");
    auto file = [](const std::string& path) {
        auto written = write(path, "");
        written.anchor = "/home";
        return FetchFile{.url = "http://192.0.2.1/", .file = std::move(written), .append = true};
    };
    const Plan plan{.steps = {{"link", {file("/home/link")}}, {"plain", {file("/home/plain")}}}};
    const ApplyOptions options{
        .fetch = [](const FetchFile&) -> Result<std::string> { return "two\n"; }};
    for (int run = 0; run < 2; ++run) {
        auto report = machine.apply(plan, options);
        CHECK(report.steps.at(0).result == StepResult::failed);
        CHECK(report.steps.at(1).result != StepResult::failed);
        CHECK(fs::is_symlink(machine.folder.path() / "home/link"));
        CHECK(machine.text("/secret") == "secret\n");
        CHECK(machine.text("/home/plain") == "one\ntwo\n");
    }
}

TEST_CASE("what is added behind a text that is fetched stands behind it")
{
    Machine machine;
    write_file(machine.folder.path() / "list", "old\n");
    FetchFile fetched{.url = "http://192.0.2.1/", .file = write("/list", "")};
    FetchFile added{
        .url = "", .file = write("/list", "mine\n"), .append = true, .has_content = true};
    Plan plan{.steps = {{"files", {fetched, added}}}};
    plan.steps[0].attempt_all = true;
    bool answers = true;
    const ApplyOptions options{.fetch = [&](const FetchFile&) -> Result<std::string> {
        if (!answers) return fail("no answer");
        return "new\n";
    }};
    machine.apply(plan, options);
    CHECK(machine.text("/list") == "new\nmine\n");
    answers = false;
    write_file(machine.folder.path() / "list", "old\n");
    const auto report = machine.apply(plan, options);
    CHECK(report.steps.at(0).result == StepResult::failed);
    CHECK(machine.text("/list") == "old\nmine\n");
}

TEST_CASE("every step is made, and one that fails stops no other")
{
    Machine machine;
    write_file(machine.folder.path() / "old", "old");
    fs::create_directories(machine.folder.path() / "directory");
    Plan plan{
        .stage = "local",
        .steps = {
            {"files",
             {write("/etc/hosts", "hosts"), RemoveFile{"/old"},
              MakeDirectory{.path = "/made", .mode = 0700, .owner = own()}}},
            {"nothing", {}, {Run{{"never"}}}},
            {"broken", {write("/directory", ""), write("/not-reached", "")}, {Run{{"never"}}}},
            {"kernel",
             {SetKernelHostname{"web01"}, SwapOn{"/dev/vdb"}, GrowFileSystem{"/", "ext4", 1, 2},
              Unmount{"old", "/mnt/old", "virtiofs"}, Mount{"new", "/mnt/new", "virtiofs"}}},
            {"swap", {SwapOn{"/dev/bad"}, SwapOn{"/dev/vdc"}}},
            {"program", {Run{{"true", "argument"}}}},
        }};
    auto report = machine.apply(plan, {.activate = true});
    CHECK(summary(report) ==
          "files: changed\n"
          "nothing: unchanged\n"
          "broken: failed: write /directory: Is a directory\n"
          "kernel: changed\n"
          "swap: failed: swapon /dev/bad: Invalid argument\n"
          "program: changed\n");
    CHECK(report.stage == "local");
    CHECK(report.start > 1'700'000'000);
    CHECK(report.result() == "failed");
    CHECK(machine.text("/etc/hosts") == "hosts");
    CHECK_FALSE(fs::exists(machine.folder.path() / "old"));
    CHECK(fs::is_directory(machine.folder.path() / "made"));
    CHECK_FALSE(fs::exists(machine.folder.path() / "not-reached"));
    CHECK(machine.kernel.calls ==
          std::vector<std::string>{"hostname web01", "swapon /dev/vdb", "grow /",
                                   "unmount /mnt/old", "mount new on /mnt/new", "swapon /dev/bad"});
    CHECK(machine.runner.ran == std::vector<std::string>{"true"});
}

TEST_CASE("scripts are run where somebody runs them, and READY knows what failed before")
{
    struct Scripts : ScriptRunner {
        std::vector<std::string> ran;
        Result<std::string> run(const RunScript& script) override
        {
            ran.push_back(script.name);
            if (script.name == "bad") return fail("bad: exit status 3");
            return script.name == "good" ? "well done" : "";
        }
    };
    struct Ready : ReadyReporter {
        std::string failed;
        Result<void> report(const ReportReady&, const std::vector<StepReport>& earlier) override
        {
            for (const auto& step : earlier)
                if (step.result == StepResult::failed) failed += step.name + " ";
            return {};
        }
    };
    Machine machine;
    Plan plan{.stage = "network",
              .steps = {{"first", {RunScript{.name = "good"}}},
                        {"second", {RunScript{.name = "bad"}, write("/not-reached", "")}},
                        {"third", {write("/mark", "x"), RunScript{.name = "quiet"}}},
                        {"ready", {ReportReady{}}}}};
    Scripts scripts;
    Ready ready;
    auto report = machine.apply(plan, {.scripts = &scripts, .ready = &ready});
    CHECK(summary(report) ==
          "first: changed: well done\n"
          "second: failed: bad: exit status 3\n"
          "third: changed\n"
          "ready: changed\n");
    CHECK(scripts.ran == std::vector<std::string>{"good", "bad", "quiet"});
    CHECK(ready.failed == "second ");
    CHECK_FALSE(fs::exists(machine.folder.path() / "not-reached"));

    CHECK(summary(machine.apply(plan)).starts_with("first: failed: good: no script is run here\n"));
    CHECK(summary(machine.apply(plan))
              .ends_with("ready: failed: nothing is reported to OneGate here\n"));
    scripts.ran.clear();
    CHECK_FALSE(machine.apply(plan, {.offline = true, .scripts = &scripts}).failed());
    CHECK(scripts.ran.empty());
}

TEST_CASE("what may run beside its neighbours is run with them")
{
    Machine machine;
    Plan plan{.stage = "all",
              .steps = {{.name = "step",
                         .changes = {write("/file", "x")},
                         .activate = {Run{{"reload"}}, Run{{"a"}, {}, true}, Run{{"b"}, {}, true},
                                      Run{{"alone"}}, Run{{"broken"}, {}, true},
                                      Run{{"c"}, {}, true}, Run{{"never"}}}}}};
    CHECK(summary(machine.apply(plan, {.activate = true})) ==
          "step: failed: run broken: exit status 1\n");
    CHECK(machine.runner.groups == std::vector<std::string>{"reload", "a+b", "alone", "broken+c"});
}

TEST_CASE("who waits is told of each step before it is made")
{
    Machine machine;
    std::vector<std::string> told;
    machine.replan = [&](std::string_view step) -> Result<Step> {
        // What the steps before it have done is there.
        return Step{.name = std::string(step),
                    .changes = {write("/late", machine.text("/early"))},
                    .activate = {Run{{"restart"}}}};
    };
    Plan plan{.stage = "network",
              .steps = {{"early", {write("/early", "x")}},
                        {"nothing", {}},
                        {"bad", {SwapOn{"/dev/bad"}}},
                        {.name = "late", .background = true, .late = true}}};
    auto report = machine.apply(plan, {.progress = [&](const Report& so_far) {
                                    REQUIRE(so_far.running);
                                    CHECK(so_far.running->since >= so_far.start);
                                    told.push_back(summary(so_far) + so_far.running->step);
                                }});
    CHECK(told == std::vector<std::string>{"early", "early: changed\nnothing: unchanged\nbad",
                                           "early: changed\nnothing: unchanged\n"
                                           "bad: failed: swapon /dev/bad: Invalid argument\nlate"});
    CHECK_FALSE(report.running);
    // Planned when its turn had come, and its daemon told, whatever the stage.
    CHECK(machine.text("/late") == "x");
    CHECK(machine.replans == 1);
    CHECK(machine.runner.ran == std::vector<std::string>{"restart"});
}

TEST_CASE("each failing change says what it was about")
{
    Machine machine;
    auto& top = machine.folder.path();
    fs::create_directories(top / "directory");
    write_file(top / "file", "");
    fs::create_symlink("/directory", top / "link");
    const std::vector<std::pair<Change, std::string>> cases{
        {write("/file/x", ""), "write /file/x: Not a directory"},
        {RemoveFile{"/directory"}, "remove /directory: Is a directory"},
        {MakeDirectory{.path = "/file", .owner = own()}, "make directory /file: File exists"},
        {MakeSymlink{"/directory", "file"}, "link /directory: Is a directory"},
        {WriteFile{.path = "/link/x", .owner = own(), .anchor = "/"},
         "write /link/x: is a symbolic link, which is not followed here"},
        {WriteFile{.path = "/x", .owner = {"alice", "0"}}, "write /x: no user is called alice"},
        {MakeDirectory{.path = "/x", .owner = {"0", "team"}},
         "make directory /x: no group is called team"},
        {Run{{"broken"}}, "run broken: exit status 1"},
    };
    for (const auto& [change, expected] : cases)
        CHECK(summary(machine.apply({.steps = {{"step", {change}}}})) ==
              "step: failed: " + expected + "\n");
}

TEST_CASE("activation is performed when asked for, when something changed and nothing failed")
{
    Machine machine;
    Plan plan{.steps = {{"step", {write("/file", "1")}, {Run{{"reload"}}}}}};
    machine.apply(plan);
    CHECK(machine.runner.ran.empty());
    machine.apply(plan, {.offline = true, .activate = true});
    CHECK(machine.runner.ran.empty());
    CHECK(summary(machine.apply(plan, {.activate = true})) == "step: changed\n");
    CHECK(machine.runner.ran == std::vector<std::string>{"reload"});
    plan.steps[0].activate = {Run{{"broken"}}};
    CHECK(summary(machine.apply(plan, {.activate = true})) ==
          "step: failed: run broken: exit status 1\n");
}

TEST_CASE("an offline root gets files only")
{
    Machine machine;
    Plan plan{.steps = {{"step",
                         {SetKernelHostname{"web01"}, SwapOn{"/dev/bad"}, Run{{"broken"}},
                          write("/file", "1")}}}};
    CHECK(summary(machine.apply(plan, {.offline = true})) == "step: changed\n");
    CHECK(machine.kernel.calls.empty());
    CHECK(machine.runner.ran.empty());
    CHECK(machine.text("/file") == "1");
}

TEST_CASE("an owner's name is looked up when the change is made")
{
    Machine machine;
    auto id = std::to_string(geteuid());
    Plan plan{
        .steps = {
            {"users",
             {write("/etc/passwd", "root:x:77:77::/:/bin/sh\nalice:x:" + id + ":5:::\n"),
              write("/etc/group", "root:x:0:\nteam:x:" + std::to_string(getegid()) + ":alice\n")},
             {},
             true},
            {"ssh-keys", {WriteFile{.path = "/keys", .content = "k", .owner = {"alice", "team"}}}},
        }};
    CHECK(summary(machine.apply(plan)) == "users: changed\nssh-keys: changed\n");
    CHECK(machine.root.status("/keys").value()->uid == geteuid());
    CHECK(fs::exists(machine.folder.path() / "etc/.pwd.lock"));
}

TEST_CASE("a step is planned again when its files changed meanwhile")
{
    Machine machine;
    write_file(machine.folder.path() / "etc/passwd", "now");
    auto planned = [](std::string_view from, std::string content) {
        return Step{
            "users", {write("/etc/passwd", std::move(content), std::string(from))}, {}, true};
    };
    auto apply = [&](const Step& step) { return summary(machine.apply({.steps = {step}})); };

    SECTION("not when it still holds what it was planned from")
    {
        CHECK(apply(planned(sha256_hex("now"), "next")) == "users: changed\n");
        CHECK(machine.replans == 0);
        CHECK(machine.text("/etc/passwd") == "next");
    }
    SECTION("once when the new plan fits")
    {
        machine.replan = [&](std::string_view name) -> Result<Step> {
            CHECK(name == "users");
            return planned(sha256_hex("now"), "again");
        };
        CHECK(apply(planned(sha256_hex("before"), "next")) == "users: changed\n");
        CHECK(machine.replans == 1);
        CHECK(machine.text("/etc/passwd") == "again");
    }
    SECTION("and nothing is left to do")
    {
        machine.replan = [&](std::string_view) -> Result<Step> { return Step{"users"}; };
        CHECK(apply(planned("absent", "next")) == "users: unchanged\n");
        CHECK(machine.text("/etc/passwd") == "now");
    }
    SECTION("three times at most")
    {
        machine.replan = [&](std::string_view) -> Result<Step> { return planned("absent", "x"); };
        CHECK(apply(planned("absent", "next")) ==
              "users: failed: its files do not stop changing\n");
        CHECK(machine.replans == 3);
        CHECK(machine.text("/etc/passwd") == "now");
    }
    SECTION("and a plan that fails then fails the step")
    {
        machine.replan = [](std::string_view) -> Result<Step> { return fail("no free uid"); };
        CHECK(apply(planned("absent", "next")) == "users: failed: no free uid\n");
    }
}

TEST_CASE("an owner that cannot be given is said and is no failure")
{
    if (geteuid() != 0) {
        WARN("needs root to become somebody without privilege");
        return;
    }
    Machine machine;
    fs::permissions(machine.folder.path(), fs::perms(0777));
    auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (setgid(kNobody) != 0 || setuid(kNobody) != 0) _exit(1);
        auto report =
            machine.apply({.steps = {{"step", {WriteFile{.path = "/a"}, WriteFile{.path = "/b"}}},
                                     {"half", {WriteFile{.path = "/c"}, RemoveFile{"/d/e", "/f"}}},
                                     {"broken", {WriteFile{.path = "/c"}, RemoveFile{"/"}}}}});
        write_file(machine.folder.path() / "summary", summary(report));
        _exit(0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
    CHECK(machine.text("/summary") ==
          "step: changed: owner of /a left as it is: not privileged; owner of /b left as it is: "
          "not privileged\n"
          "half: failed: remove /d/e: it is not below /f; owner of /c left as it is: not "
          "privileged\n"
          "broken: failed: remove /: Is a directory; owner of /c left as it is: not privileged\n");
}

}  // namespace onectx::test
