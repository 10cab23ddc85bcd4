// Starting programs: how each end is reported, what the child gets to see, and that nothing of it
// outlives the time limit.
#include "guest/system/runner.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {

using std::literals::chrono_literals::operator""ms;
using test::read_file;
using test::TemporaryFolder;
using test::write_file;

namespace {

std::string outcome(const Result<void>& result)
{
    return result ? "ok" : result.error().message;
}

}  // namespace

TEST_CASE("a program's end is reported by its name and never by its arguments")
{
    SystemRunner runner;
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
        {{"true"}, "ok"},
        {{"/bin/true", "argument"}, "ok"},
        {{"false", "canary"}, "run false: exit status 1"},
        {{"sh", "-c", "exit 7"}, "run sh: exit status 7"},
        {{"sh", "-c", "kill -TERM $$"}, "run sh: killed by signal 15"},
        {{"no-such-program", "canary"}, "run no-such-program: No such file or directory"},
        {{"/no/such/program"}, "run /no/such/program: No such file or directory"},
        {{"bin/true"}, "run bin/true: No such file or directory"},
        {{"/"}, "run /: Permission denied"},
        {{"new\nline"}, "run new\\x0aline: No such file or directory"},
        {{""}, "run : No such file or directory"},
        {{}, "run: no program is named"},
    };
    for (const auto& [argv, expected] : cases)
        CHECK(outcome(runner.run(argv)) == expected);
}

TEST_CASE("a program sees PATH, /dev/null, the root directory and nothing of ours")
{
    TemporaryFolder folder;
    auto out = (folder.path() / "out").string();
    setenv("ONECTX_CANARY", "1", 1);
    int inherited = open("/dev/null", O_RDONLY);  // on purpose without O_CLOEXEC
    REQUIRE(inherited >= 0);
    auto run = [&](const std::string& command) {
        REQUIRE(outcome(SystemRunner().run({"sh", "-c", "{ " + command + "; } >" + out})) == "ok");
        return read_file(out);
    };
    // A shell sets PWD and the like for itself; env(1) shows what it was given.
    CHECK(outcome(SystemRunner().run({"env", "--", "sh", "-c", "env >" + out})) == "ok");
    CHECK(read_file(out).find("PATH=/usr/sbin:/usr/bin:/sbin:/bin\n") != std::string::npos);
    CHECK(read_file(out).find("ONECTX_CANARY") == std::string::npos);
    CHECK(run("readlink /proc/$$/fd/0; readlink /proc/$$/cwd") == "/dev/null\n/\n");
    CHECK(run("test -e /proc/$$/fd/" + std::to_string(inherited) + " || echo closed") ==
          "closed\n");
    // The session is its own: its number is the shell's.
    CHECK(run("read -r stat </proc/$$/stat; set -- $stat; test $6 = $$ && echo leader") ==
          "leader\n");
    close(inherited);
    unsetenv("ONECTX_CANARY");
}

TEST_CASE("signals that we ignore or block are not the program's")
{
    auto old = std::signal(SIGTERM, SIG_IGN);
    sigset_t blocked;
    sigset_t old_mask;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &blocked, &old_mask);
    CHECK(outcome(SystemRunner().run({"sh", "-c", "kill -TERM $$"})) ==
          "run sh: killed by signal 15");
    CHECK(outcome(SystemRunner().run({"sh", "-c", "kill -USR1 $$"})) ==
          "run sh: killed by signal 10");
    pthread_sigmask(SIG_SETMASK, &old_mask, nullptr);
    static_cast<void>(std::signal(SIGTERM, old));
}

TEST_CASE("children that nobody waits for do not keep us from learning how a program ended")
{
    auto old = std::signal(SIGCHLD, SIG_IGN);
    CHECK(outcome(SystemRunner().run({"false"})) == "run false: exit status 1");
    CHECK(std::signal(SIGCHLD, old) == SIG_IGN);
}

TEST_CASE("what a program prints")
{
    auto said = [](const std::vector<std::string>& argv) {
        auto text = output_of(argv, 10, 5000ms);
        if (!text) return "error: " + text.error().message;
        return *text ? **text : "none";
    };
    CHECK(said({"/bin/echo", "hi"}) == "hi\n");
    CHECK(said({"/bin/true"}).empty());
    CHECK(said({"/bin/sh", "-c", "echo 123456789"}) == "123456789\n");
    CHECK(said({"/bin/sh", "-c", "echo 1234567890"}) ==
          "error: run /bin/sh: prints too much, killed");
    CHECK(said({"/bin/sh", "-c", "echo hi >&2"}).empty());
    CHECK(said({"/bin/sh", "-c", "echo hi; exit 1"}) == "none");
    CHECK(said({"/bin/sh", "-c", "readlink /proc/$$/fd/0"}) == "/dev/null\n");
    CHECK(said({"/no/such"}) == "error: run /no/such: No such file or directory");
}

TEST_CASE("programs run together do not wait for each other, and each end is reported")
{
    TemporaryFolder folder;
    auto one = (folder.path() / "one").string(), other = (folder.path() / "other").string();
    REQUIRE(mkfifo(one.c_str(), 0600) == 0);
    REQUIRE(mkfifo(other.c_str(), 0600) == 0);
    SystemRunner runner(10'000ms);
    CHECK(outcome(runner.run_together(
              {{"sh", "-c", "echo >" + one + "; read -r line <" + other},
               {"sh", "-c", "read -r line <" + one + "; echo >" + other}})) == "ok");
    CHECK(outcome(runner.run_together({})) == "ok");
    CHECK(
        outcome(runner.run_together({{"false"}, {"no-such"}, {"true"}, {"sh", "-c", "exit 3"}})) ==
        "run false: exit status 1; run no-such: No such file or directory; run sh: exit status 3");
}

TEST_CASE("of many programs no more than some run at a time")
{
    TemporaryFolder folder;
    const auto log = (folder.path() / "log").string();
    // None of the first ends before all of them have begun.
    const std::string first = "echo begun >>" + log + "; until [ $(wc -l <" + log + ") -ge " +
                              std::to_string(kMaxRunTogether) +
                              " ]; do sleep 0.01; done; sleep 0.1; echo ended >>" + log;
    std::vector<std::vector<std::string>> programs(kMaxRunTogether, {"sh", "-c", first});
    programs.push_back({"sh", "-c", "echo last >>" + log});
    programs.push_back({"false"});
    SystemRunner runner(30'000ms);
    CHECK(outcome(runner.run_together(programs)) == "run false: exit status 1");
    std::string expected;
    for (const std::string word : {"begun\n", "ended\n"})
        for (std::size_t i = 0; i < kMaxRunTogether; ++i)
            expected += word;
    CHECK(read_file(log) == expected + "last\n");
}

TEST_CASE("after the time limit the whole group is killed")
{
    TemporaryFolder folder;
    auto pid_file = folder.path() / "pid";
    SystemRunner runner(200ms);
    CHECK(outcome(runner.run(
              {"sh", "-c", "sleep 60 & echo $! >" + pid_file.string() + "; sleep 60"})) ==
          "run sh: still running after 1 s, killed");
    auto grandchild = std::stoi(read_file(pid_file));
    // It is init's child now, or whoever's that adopts; dead, it is reaped or a zombie.
    auto state = [&]() -> char {
        auto path = "/proc/" + std::to_string(grandchild) + "/stat";
        if (access(path.c_str(), F_OK) != 0) return 'Z';
        auto text = read_file(path);
        return text.at(text.rfind(')') + 2);
    };
    for (int i = 0; i < 100 && state() != 'Z'; ++i)
        usleep(10'000);
    CHECK(state() == 'Z');
}

}  // namespace onectx
