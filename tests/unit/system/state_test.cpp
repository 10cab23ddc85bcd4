// What a run leaves for the next: the record of the last runs, its two faces, the medium that was
// accepted, and the lock that keeps two runs apart.
#include "guest/system/state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "common/limits.h"
#include "guest/system/lock.h"
#include "guest/system/script_turn.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/memory_tree.h"

namespace onectx {

using std::literals::chrono_literals::operator""ms;
using test::MemoryTree;
using test::read_file;
using test::TemporaryFolder;
using test::write_file;

namespace {

struct Machine {
    TemporaryFolder folder;
    Root root = std::move(*Root::open(folder.path().string()));
};

Report example()
{
    return {
        .stage = "local",
        .start = 1767323045,
        .ms = 41,
        .steps = {{"hostname", StepResult::changed, 3, ""},
                  {"users", StepResult::failed, 12, "write /etc/passwd: No space left on device"},
                  {"swap", StepResult::unchanged, 0, ""}},
        .problems = {{"ETH0_MTU", "not a number: \x1b[2J", false}, {"", "no device", true}},
        .source = "/dev/sr0"};
}

}  // namespace

TEST_CASE("a state directory that was open to others is closed")
{
    Machine machine;
    CHECK(close_state_directory(machine.root));
    auto path = machine.folder.path() / "var/lib/onectx";
    CHECK_FALSE(std::filesystem::exists(path));
    std::filesystem::create_directories(path);
    REQUIRE(chmod(path.c_str(), 0777) == 0);
    if (geteuid() == 0) REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
    CHECK(close_state_directory(machine.root));
    struct stat status{};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0700);
    CHECK(status.st_uid == geteuid());
}

TEST_CASE("the record of runs as JSON")
{
    CHECK(status_json({}) == "{\n  \"runs\": []\n}\n");
    CHECK(status_json({example()}) == R"({
  "runs": [
    {
      "stage": "local",
      "source": "/dev/sr0",
      "start": "2026-01-02T03:04:05Z",
      "ms": 41,
      "result": "failed",
      "steps": [
        {
          "name": "hostname",
          "result": "changed",
          "ms": 3,
          "message": ""
        },
        {
          "name": "users",
          "result": "failed",
          "ms": 12,
          "message": "write /etc/passwd: No space left on device"
        },
        {
          "name": "swap",
          "result": "unchanged",
          "ms": 0,
          "message": ""
        }
      ],
      "problems": [
        {
          "variable": "ETH0_MTU",
          "message": "not a number: \u001b[2J",
          "error": false
        },
        {
          "variable": "",
          "message": "no device",
          "error": true
        }
      ]
    }
  ]
}
)");
}

TEST_CASE("the record of runs as a table")
{
    CHECK(status_text({}) == "no run since the machine started\n");
    CHECK(status_text({example()}) ==
          "2026-01-02T03:04:05Z  local  failed  41 ms  /dev/sr0\n"
          "  hostname  changed    3 ms\n"
          "  users     failed     12 ms  write /etc/passwd: No space left on device\n"
          "  swap      unchanged  0 ms\n"
          "  warning: ETH0_MTU: not a number: \\x1b[2J\n"
          "  error: no device\n");
}

TEST_CASE("a run that came to nothing is remembered, and is no run to go by")
{
    Machine machine;
    REQUIRE(remember(machine.root, vain_run("local", example().start, "no medium")));
    const auto runs = recall(machine.root).value();
    CHECK(status_text(runs) == "2026-01-02T03:04:05Z  local  failed  0 ms\n  error: no medium\n");
    CHECK(without_vain_runs(runs).empty());
    // Whose context has nothing but refused lines was a run.
    const Report refused{.stage = "network",
                         .problems = {{"", "context.sh:1:1: not an assignment", true}},
                         .source = "/dev/sr0"};
    CHECK(without_vain_runs({example(), refused}).size() == 2);
}

TEST_CASE("what runs now, and what became of who was ended")
{
    Machine machine;
    auto report = example();
    report.stage = "scripts";
    report.problems.clear();
    report.running = {"hang.sh", 1767323050};
    const auto table = [&] {
        auto now = noted_progress(machine.root);
        REQUIRE(now);
        return *now ? status_text({**now}) : "nothing";
    };
    const std::string steps =
        "  hostname  changed    3 ms\n"
        "  users     failed     12 ms  write /etc/passwd: No space left on device\n"
        "  swap      unchanged  0 ms\n";
    CHECK(table() == "nothing");
    {
        auto turn = take_script_turn(machine.root);
        REQUIRE(turn);
        REQUIRE(*turn);
        CHECK(remember_interrupted(machine.root));
        REQUIRE(note_progress(machine.root, report));
        CHECK(table() == "2026-01-02T03:04:05Z  scripts  running  41 ms  /dev/sr0\n" + steps +
                             "  hang.sh   running    since 2026-01-02T03:04:10Z\n");
        auto json = status_json({**noted_progress(machine.root)});
        CHECK(json.find("\"result\": \"running\"") != std::string::npos);
        CHECK(json.find("\"running\": {\n        \"name\": \"hang.sh\",\n        \"since\": "
                        "\"2026-01-02T03:04:10Z\"\n      }") != std::string::npos);
        CHECK(recall(machine.root).value().empty());
        REQUIRE(remember_finished(machine.root, report));
        CHECK(table() == "nothing");
        REQUIRE(note_progress(machine.root, report));
    }
    // Nobody has the turn: whoever noted it is gone.
    CHECK(table() == "2026-01-02T03:04:05Z  scripts  failed  41 ms  /dev/sr0\n" + steps +
                         "  hang.sh   failed     0 ms  onectx-guest was ended while it ran\n");
    REQUIRE(remember_interrupted(machine.root));
    CHECK(table() == "nothing");
    CHECK(recall(machine.root).value().back().steps.back().name == "hang.sh");
    CHECK(recall(machine.root).value().back().failed());

    // What is damaged is in nobody's way.
    write_file(machine.folder.path() / "run/onectx/scripts-now.json", "{");
    CHECK_FALSE(noted_progress(machine.root));
    CHECK(remember_interrupted(machine.root));
    CHECK(table() == "nothing");
}

TEST_CASE("runs are remembered, the oldest forgotten")
{
    Machine machine;
    CHECK(recall(machine.root).value().empty());
    for (unsigned i = 0; i < kMaxStatusRuns + 2; ++i) {
        auto report = example();
        report.ms = i;
        REQUIRE(remember(machine.root, report));
    }
    auto runs = recall(machine.root);
    REQUIRE(runs);
    REQUIRE(runs->size() == kMaxStatusRuns);
    CHECK(runs->front().ms == 2);
    CHECK(runs->back().ms == kMaxStatusRuns + 1);
    auto expected = example();
    expected.ms = kMaxStatusRuns + 1;
    CHECK(status_json({runs->back()}) == status_json({expected}));
    CHECK(machine.root.status("/run/onectx").value()->mode == 0700);
    CHECK(machine.root.status("/run/onectx/status.json").value()->mode == 0600);
}

TEST_CASE("a record never becomes larger than what is read again")
{
    Machine machine;
    REQUIRE(remember(machine.root, example()));
    auto huge = example();
    // Each byte is six in JSON, so that not even this run alone fits.
    huge.steps.assign(400,
                      {std::string(1000, '\1'), StepResult::failed, 1, std::string(2000, '\1')});
    huge.problems.assign(20000, {"A", "is wrong", true});
    REQUIRE(remember(machine.root, huge));
    CHECK(std::filesystem::file_size(machine.folder.path() / "run/onectx/status.json") <=
          kMaxStatusBytes);
    auto runs = recall(machine.root);
    REQUIRE(runs);
    REQUIRE(runs->size() == 1);
    CHECK(runs->back().steps.size() == 400);
    CHECK(runs->back().problems.size() == kMaxProblems + 1);
    CHECK(runs->back().failed());
    REQUIRE(remember(machine.root, example()));
    CHECK(recall(machine.root).value().back().steps.size() == example().steps.size());

    auto talkative = example();
    talkative.problems = {{"A", std::string(kMaxStatusTextBytes + 1, 'x'), true}};
    REQUIRE(remember(machine.root, talkative));
    CHECK(recall(machine.root).value().back().problems[0].message ==
          std::string(kMaxStatusTextBytes, 'x') + "...");
}

TEST_CASE("a record that cannot be read is an error, and begun anew")
{
    const std::string damaged = "read /run/onectx/status.json: it is damaged";
    const std::vector<std::pair<std::string, std::string>> rows{
        {"", damaged},
        {"{", damaged},
        {"[]", damaged},
        {"null", damaged},
        {std::string(kMaxStatusBytes, '['), damaged},
        {R"({"runs": [[[[[[[[[]]]]]]]]]})", damaged},
        {std::string(kMaxStatusBytes + 1, ' '), "read /run/onectx/status.json: File too large"},
        {std::string(kMaxSystemFileBytes + 1, ' '), "read /run/onectx/status.json: File too large"},
    };
    for (const auto& [text, message] : rows) {
        INFO(text.substr(0, 40));
        Machine machine;
        write_file(machine.folder.path() / "run/onectx/status.json", text);
        auto runs = recall(machine.root);
        REQUIRE_FALSE(runs);
        CHECK(runs.error().message == message);
        CHECK(remember(machine.root, example()));
        CHECK(recall(machine.root).value().size() == 1);
    }
    // Brackets inside a text are none.
    auto quoted = example();
    quoted.problems = {{"A\"\\", "[[[[[[[[[[", true}};
    Machine machine;
    REQUIRE(remember(machine.root, quoted));
    CHECK(recall(machine.root));
}

TEST_CASE("what a record lacks is empty")
{
    for (const char* text :
         {"{\"runs\": 5}", "{\"runs\": [5, [], null]}",
          "{\"runs\": [{\"stage\": 1, \"start\": \"yesterday\", \"ms\": -3, \"steps\": {}}]}",
          "{\"runs\": [{\"start\": \"2026-13-45T99:99:99Z\", \"steps\": [7, {\"name\": []}]}]}"}) {
        INFO(text);
        auto runs = recall(MemoryTree().file("/run/onectx/status.json", text));
        REQUIRE(runs);
        for (const auto& run : *runs) {
            CHECK(run.stage.empty());
            CHECK(run.start == 0);
            CHECK(run.ms == 0);
        }
        Machine machine;
        write_file(machine.folder.path() / "run/onectx/status.json", text);
        CHECK(remember(machine.root, example()));
        CHECK(recall(machine.root).value().back().stage == "local");
    }
}

TEST_CASE("the first accepted context counts until the machine boots again")
{
    Machine machine;
    auto boot_id = machine.folder.path() / "proc/sys/kernel/random/boot_id";
    CHECK_FALSE(accepted_vmid(machine.root).value());
    write_file(boot_id, "first\n");
    REQUIRE(accept_vmid(machine.root, "42"));
    CHECK(accepted_vmid(machine.root).value() == "42");
    write_file(boot_id, "second\n");
    CHECK_FALSE(accepted_vmid(machine.root).value());
    REQUIRE(accept_vmid(machine.root, ""));
    CHECK(accepted_vmid(machine.root).value() == "");
    REQUIRE(accept_vmid(machine.root, "4\n2"));
    CHECK(accepted_vmid(machine.root).value() == "4\\x0a2");
    write_file(machine.folder.path() / "run/onectx/source", "second");
    CHECK_FALSE(accepted_vmid(machine.root).value());
}

TEST_CASE("a run directory that was there is root's alone afterwards")
{
    Machine machine;
    auto directory = machine.folder.path() / "run/onectx";
    std::filesystem::create_directories(directory);
    REQUIRE(chmod(directory.c_str(), 01777) == 0);
    const bool privileged = geteuid() == 0;
    if (privileged) REQUIRE(chown(directory.c_str(), 65534, 65534) == 0);
    REQUIRE(make_run_directory(machine.root));
    CHECK(*machine.root.status("/run/onectx").value() ==
          FileStatus{FileType::directory, 0700, geteuid(), privileged ? 0 : getegid()});

    std::filesystem::remove(directory);
    std::filesystem::create_directories(machine.folder.path() / "elsewhere");
    REQUIRE(chmod((machine.folder.path() / "elsewhere").c_str(), 0755) == 0);
    std::filesystem::create_symlink("/elsewhere", directory);
    auto made = make_run_directory(machine.root);
    REQUIRE_FALSE(made);
    CHECK(made.error().message == "open /run/onectx: Not a directory");
    CHECK(machine.root.status("/elsewhere").value()->mode == 0755);
}

TEST_CASE("first runs that start at once all make the run directory and get the lock in turn")
{
    constexpr int kRounds = 40;
    constexpr std::size_t kRuns = 8;
    for (int round = 0; round < kRounds; ++round) {
        TemporaryFolder folder;
        std::array<int, 2> gate{};
        REQUIRE(pipe2(gate.data(), O_CLOEXEC) == 0);
        std::array<pid_t, kRuns> runs{};
        for (auto& run : runs) {
            run = fork();
            REQUIRE(run >= 0);
            if (run != 0) continue;
            auto root = Root::open(folder.path().string());
            char byte = 0;
            close(gate[1]);
            static_cast<void>(read(gate[0], &byte, 1));  // ends when the gate closes, for all
            auto lock = root ? RunLock::take(*root, 20000ms) : std::unexpected(root.error());
            if (!lock) dprintf(STDERR_FILENO, "%s\n", lock.error().message.c_str());
            _exit(lock ? 0 : 1);
        }
        close(gate[0]);
        close(gate[1]);
        for (auto run : runs) {
            int status = 0;
            REQUIRE(waitpid(run, &status, 0) == run);
            CHECK(status == 0);
        }
        // Whoever came second to a name leaves nothing of its own.
        for (const char* directory : {"/", "/run"})
            CHECK(Root::open(folder.path().string())->list(directory).value().size() == 1);
    }
}

TEST_CASE("one run at a time")
{
    Machine machine;
    {
        auto first = RunLock::take(machine.root, 0ms);
        REQUIRE(first);
        auto second = RunLock::take(machine.root, 30ms);
        REQUIRE_FALSE(second);
        CHECK(second.error().message ==
              "another run holds the lock (pid " + std::to_string(getpid()) + ")");
        // Whatever the file says, only a number is repeated.
        write_file(machine.folder.path() / "run/onectx/lock", "12 \x1b[2J");
        second = RunLock::take(machine.root, 0ms);
        REQUIRE_FALSE(second);
        CHECK(second.error().message == "another run holds the lock");
    }
    CHECK(RunLock::take(machine.root, 0ms));
}

}  // namespace onectx
