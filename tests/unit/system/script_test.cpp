// Scripts as processes: how they are started and end, what becomes of their children and of what
// they print; and who is told READY.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "guest/system/files.h"
#include "guest/system/ready.h"
#include "guest/system/script_log.h"
#include "guest/system/script_process.h"
#include "guest/system/state.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {

using std::literals::chrono_literals::operator""ms;
using test::read_file;
using test::TemporaryFolder;
using test::write_file;
namespace fs = std::filesystem;

namespace {

constexpr const char* kPath = "PATH=/usr/bin:/bin";

struct Bench {
    TemporaryFolder folder;
    Redactor redactor{Context{}};
    std::size_t log_limit = kMaxScriptLogBytes;
    std::chrono::milliseconds limit{20000};

    [[nodiscard]] std::string path(const std::string& name) const
    {
        return (folder.path() / name).string();
    }
    [[nodiscard]] ScriptLog new_log() const
    {
        Fd file(open(path("log").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
                     S_IRUSR | S_IWUSR));
        return {std::move(file), -1, redactor, log_limit};
    }
    // How it ended: "done", or the error.
    std::string run(std::string_view text, const std::vector<std::string>& arguments = {})
    {
        write_file(path("script"), text);
        auto log = new_log();
        auto done = run_script({.path = path("script"),
                                .arguments = arguments,
                                .environment = {kPath, "NAME=va lue"},
                                .directory = folder.path().string(),
                                .limit = limit},
                               log);
        return done ? "done" : done.error().message;
    }
    // Without the last line, which tells the time.
    [[nodiscard]] std::string printed() const
    {
        auto text = read_file(path("log"));
        return text.substr(0, text.rfind("-- "));
    }
    [[nodiscard]] std::string last_line() const
    {
        auto text = read_file(path("log"));
        return text.substr(text.rfind("-- "));
    }
    // Whatever the background needs to get there, within seconds.
    [[nodiscard]] bool comes(const std::string& text) const
    {
        for (int round = 0; round < 100; ++round) {
            if (read_file(path("log")).find(text) != std::string::npos) return true;
            std::this_thread::sleep_for(50ms);
        }
        return false;
    }
};

}  // namespace

TEST_CASE("a script runs where the context lies, with nothing but what it is told")
{
    Bench bench;
    // A shebang counts, without any permission to execute; stdin is empty, the session its own.
    CHECK(bench.run("#!/bin/sh -e\npwd\necho \"$NAME $# $1\"\ncat\nps -o sid= -p $$ >sid\n"
                    "echo $$ >pid\numask\nenv | wc -l >many\necho err >&2\n",
                    {"", "b"}) == "done");
    CHECK(bench.printed() ==
          fs::canonical(bench.folder.path()).string() + "\nva lue 2 \n0022\nerr\n");
    CHECK(std::stoi(read_file(bench.path("sid"))) == std::stoi(read_file(bench.path("pid"))));
    CHECK(std::stoi(read_file(bench.path("many"))) < 8);  // PATH, NAME and what sh adds
    CHECK(bench.last_line().starts_with("-- exit status 0 after 0."));

    CHECK(bench.run("echo no shebang\n") == "done");
    CHECK(bench.printed() == "no shebang\n");
    CHECK(bench.run("#!/usr/bin/env -S sh -e\nfalse\n") == "exit status 1");
    CHECK(bench.run("exit 3") == "exit status 3");
    CHECK(bench.run("kill -9 $$") == "killed by signal 9");
    CHECK(bench.run("#!/no/such/shell\n") == "/no/such/shell: No such file or directory");
    CHECK(bench.last_line() == "-- /no/such/shell: No such file or directory\n");
    // Signals that we block or ignore are none of its business.
    signal(SIGPIPE, SIG_IGN);
    CHECK(bench.run("grep SigIgn /proc/self/status") == "done");
    CHECK(bench.printed() == "SigIgn:\t0000000000000000\n");
    signal(SIGPIPE, SIG_DFL);
}

TEST_CASE("a binary runs from where nothing may be executed")
{
    Bench bench;
    auto program = read_file("/bin/true");
    CHECK(bench.run(program) == "done");
    CHECK(bench.run(read_file("/bin/false")) == "exit status 1");

    // Not one that would take all the memory there is.
    write_file(bench.path("large"),
               "\x7f"
               "ELF");
    fs::resize_file(bench.path("large"), kMaxMediumCopyBytes + 1);
    auto log = bench.new_log();
    auto done = run_script({.path = bench.path("large"), .arguments = {}, .environment = {}}, log);
    REQUIRE_FALSE(done);
    CHECK(done.error().message ==
          bench.path("large") + ": larger than 64 MiB, too much to be run from memory");
}

TEST_CASE("a script that is over its time is ended, its children with it")
{
    Bench bench;
    bench.limit = 300ms;
    auto start = std::chrono::steady_clock::now();
    CHECK(bench.run("echo before\nsleep 60 & echo $! >pid\nwait\n") ==
          "still running after 1 s, killed");
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
    CHECK(bench.printed() == "before\n");
    auto child = std::stoi(read_file(bench.path("pid")));
    for (int round = 0; round < 100 && kill(child, 0) == 0; ++round)
        std::this_thread::sleep_for(20ms);
    CHECK(kill(child, 0) != 0);
}

TEST_CASE("what a script leaves in the background goes on, and so does its output")
{
    Bench bench;
    auto start = std::chrono::steady_clock::now();
    CHECK(bench.run("(sleep 1; echo late; printf later; echo $? >went-on) &\necho early\n") ==
          "done");
    CHECK(std::chrono::steady_clock::now() - start < 900ms);
    CHECK(bench.printed() == "early\n");
    // What is printed then cannot be taken for what the script said itself.
    CHECK(bench.comes("\n-- printed since then, by what it left running:\nlate\nlater\n"));
    CHECK(bench.comes("early\n-- exit status 0"));
    for (int round = 0; round < 100 && !fs::exists(bench.path("went-on")); ++round)
        std::this_thread::sleep_for(20ms);
    CHECK(read_file(bench.path("went-on")) == "0\n");
}

TEST_CASE("a script that prints without end fills no disk")
{
    Bench bench;
    bench.log_limit = 8192;
    CHECK(bench.run("echo first\nyes 0123456789 | head -n 2000000\necho last\nexit 4\n") ==
          "exit status 4");
    CHECK(fs::file_size(bench.path("log")) < 9000);
    auto text = read_file(bench.path("log"));
    CHECK(text.starts_with("first\n0123456789\n"));
    CHECK(bench.printed().ends_with("0123456789\nlast\n"));
    CHECK(text.find(" bytes are left out here\n") != std::string::npos);
    CHECK(bench.last_line().starts_with("-- exit status 4 after "));
    // One line without an end is parted.
    CHECK(bench.run("head -c 20000000 /dev/zero") == "done");
    CHECK(fs::file_size(bench.path("log")) < 20000);
}

TEST_CASE("what comes after the end fills no disk either")
{
    Bench bench;
    bench.log_limit = 1024;
    auto log = bench.new_log();
    log.add("early\n");
    log.end("done");
    log.add("late\n");
    log.add(std::string(2000, 'x') + "\n");
    log.add("lost");
    log.close();
    CHECK(read_file(bench.path("log")) ==
          "early\n-- done\n-- printed since then, by what it left running:\nlate\n"
          "-- 2005 bytes are left out here\n");
    // A log without anything late has no word of it.
    auto quiet = bench.new_log();
    quiet.add("early");
    quiet.end("done");
    quiet.close();
    CHECK(read_file(bench.path("log")) == "early\n-- done\n");
}

TEST_CASE("secrets do not reach the log, however they come in pieces")
{
    Bench bench;
    bench.redactor = Redactor(Context{{"PASSWORD", {"canary-77", 0}}});
    CHECK(bench.run("printf 'it is can'; sleep 0.1; echo 'ary-77!'; printf canary-77\n") == "done");
    CHECK(bench.printed() == "it is (secret)!\n(secret)\n");
}

TEST_CASE("a secret that the end of the script parts does not reach the log")
{
    Bench bench;
    bench.redactor = Redactor(Context{{"PASSWORD", {"canary-77", 0}}});
    auto log = bench.new_log();
    log.add("it is can");
    log.end("done", true);
    log.add("ary-77!\n");
    log.close();
    CHECK(read_file(bench.path("log")) ==
          "it is \n-- done\n-- printed since then, by what it left running:\n(secret)!\n");
    // What was held back and is no secret comes out, too.
    auto other = bench.new_log();
    other.add("it is can");
    other.end("done", true);
    other.close();
    CHECK(read_file(bench.path("log")) == "it is \n-- done\ncan\n");
    // Neither half where the log is full.
    bench.log_limit = 1024;
    auto full = bench.new_log();
    full.add(std::string(3000, 'x') + "\n" + std::string(100, 'y') + "can");
    full.end("done", true);
    full.add("ary-77\n");
    full.close();
    const auto text = read_file(bench.path("log"));
    CHECK(text.find("ycan") == std::string::npos);
    CHECK(text.find("ary-77") == std::string::npos);
}

TEST_CASE("a secret where a long line is parted does not reach the log")
{
    Bench bench;
    const std::string secret = "canary-77";
    bench.redactor = Redactor(Context{{"PASSWORD", {secret, 0}}});
    const std::string after(kMaxLogLineBytes + 5, 'y');
    for (auto size = kMaxLogLineBytes - 20; size < kMaxLogLineBytes + 5; ++size) {
        const auto line = std::string(size, 'x') + secret + after;
        for (const std::size_t step : {std::size_t(1000), line.size()}) {
            auto log = bench.new_log();
            for (std::size_t at = 0; at < line.size(); at += step)
                log.add(std::string_view(line).substr(at, step));
            log.end("done");
            auto text = bench.printed();
            std::erase(text, '\n');
            CHECK(text == std::string(size, 'x') + "(secret)" + after);
        }
    }
    // What does not fit any more is parted nowhere else.
    bench.log_limit = 2 * kMaxLogLineBytes;
    auto log = bench.new_log();
    log.add(std::string(kMaxLogLineBytes - 3, 'x') + secret + std::string(kMaxLogLineBytes, 'x'));
    log.add(secret + "\n");
    log.end("done");
    CHECK(bench.printed().find("can") == std::string::npos);
    CHECK(bench.printed().find("77") == std::string::npos);
}

TEST_CASE("marks count for the limit of a log")
{
    Bench bench;
    bench.redactor = Redactor(Context{{"PASSWORD", {"secr", 0}}});
    bench.log_limit = 65536;
    constexpr std::size_t kOurLines = 100;
    for (const auto* line : {"secr\n", "secrsecrsecr secr\n", "secr"}) {
        auto log = bench.new_log();
        for (int at = 0; at < 50000; ++at)
            log.add(line);
        log.end("done");
        CHECK(fs::file_size(bench.path("log")) <= bench.log_limit + kOurLines);
        CHECK(read_file(bench.path("log")).find("secr\n") == std::string::npos);
    }
}

TEST_CASE("logs are private, and that of the run before is kept")
{
    if (geteuid() != 0) return;
    TemporaryFolder folder;
    auto root = Root::open(folder.path().string());
    REQUIRE(root);
    auto path = log_path("hooks.d/network/10 a\nb");
    CHECK(path == "/var/log/onectx/hooks.d:network:10_a%0ab.log");
    for (const auto* text : {"one", "two", "three"}) {
        auto log = open_log(*root, path);
        REQUIRE(log);
        REQUIRE(write_all(log->get(), text));
    }
    auto at = folder.path() / path.substr(1);
    CHECK(read_file(at) == "three");
    CHECK(read_file(at.string() + ".1") == "two");
    struct stat status{};
    REQUIRE(stat(at.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600U);
    REQUIRE(stat((folder.path() / "var/log/onectx").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0700U);
}

namespace {

struct FakeScripts : ScriptRunner {
    int failures = 0;
    int runs = 0;
    Result<std::string> run(const RunScript&) override
    {
        if (++runs <= failures) return fail("exit status 1; see LOG");
        return "";
    }
};

struct FakeAttributes : MachineAttributes {
    int failures = 0;
    std::vector<std::string> told;
    Result<void> set(const std::map<std::string, std::string>& attributes) override
    {
        std::string text;
        for (const auto& [name, value] : attributes)
            text += name + "=" + value + ";";
        told.push_back(text);
        if (static_cast<int>(told.size()) <= failures) return fail("OneGate: status 500");
        return {};
    }
};

}  // namespace

TEST_CASE("READY is told when all is done and the script agrees")
{
    TemporaryFolder folder;
    auto root = Root::open(folder.path().string());
    REQUIRE(root);
    FakeScripts scripts;
    FakeAttributes attributes;
    unsigned waited = 0;
    SystemReady ready(*root, scripts, &attributes, [&](unsigned seconds) { waited += seconds; });
    ReportReady wish{.check = RunScript{.name = "ready-script"}, .tries = 3, .wait_seconds = 10};

    scripts.failures = 2;
    CHECK(ready.report(wish, {}));
    CHECK(scripts.runs == 3);
    CHECK(waited == 20);
    CHECK(attributes.told == std::vector<std::string>{"ONECTX_ERROR=;READY=YES;"});

    attributes.told.clear();
    scripts.failures = 100;
    auto refused = ready.report(wish, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "not ready: ready-script: exit status 1; see LOG");
    CHECK(attributes.told ==
          std::vector<std::string>{"ONECTX_ERROR=ready-script: exit status 1; see LOG;READY=NO;"});

    // Nobody asks a machine that is half made.
    attributes.told.clear();
    scripts.runs = 0;
    CHECK_FALSE(ready.report(wish, {{"start-script", StepResult::failed, 1, "exit status 2"}}));
    CHECK(scripts.runs == 0);
    CHECK(attributes.told ==
          std::vector<std::string>{"ONECTX_ERROR=start-script: exit status 2;READY=NO;"});

    attributes.told.clear();
    attributes.failures = 2;
    CHECK(ready.report({.check = {}, .tries = 3, .wait_seconds = 1}, {}));
    CHECK(attributes.told.size() == 3);
    SystemReady nobody(*root, scripts, nullptr, [](unsigned) {});
    CHECK_FALSE(nobody.report({}, {}));
}

TEST_CASE("what failed in a boot and did not succeed since")
{
    auto step = [](std::string name, StepResult result, std::string message = "") {
        return StepReport{std::move(name), result, 0, std::move(message)};
    };
    std::vector<Report> runs(2);
    runs[0].steps = {step("network", StepResult::failed, "no route"),
                     step("users", StepResult::failed, "bad\nname"),
                     step("swap", StepResult::changed)};
    runs[0].problems = {{"ETH0_IP", "said by an older run", true}};
    runs[1].steps = {step("network", StepResult::changed), step("swap", StepResult::unchanged)};
    runs[1].problems = {{"DNS", "is no address", true}, {"DNS", "a warning", false}};
    CHECK(failures_of(runs, {step("start-script", StepResult::failed, "exit status 1")}) ==
          "users: bad\\x0aname; start-script: exit status 1; DNS: is no address");
    CHECK(failures_of({}, {}).empty());
    CHECK(failures_of(runs, {step("users", StepResult::changed)}) == "DNS: is no address");
}

TEST_CASE("whether a boot has stages to come")
{
    using Stages = std::vector<std::string>;
    const std::vector<std::pair<Stages, bool>> rows{
        {{}, false},
        {{"local"}, true},
        {{"local", "all"}, true},  // a NIC came
        {{"local", "all", "scripts", "network"}, false},
        {{"all", "scripts"}, false},  // the medium was late
        {{"network"}, false},
    };
    for (const auto& [stages, expected] : rows) {
        std::vector<Report> runs;
        for (const auto& stage : stages)
            runs.push_back({.stage = stage});
        CHECK(is_boot_going_on(runs) == expected);
    }
}

}  // namespace onectx
