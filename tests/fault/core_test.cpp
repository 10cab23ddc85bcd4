// No core of the released program, which holds passwords: it dies as by a fault of its own while it
// waits with a context read.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "common/text.h"
#include "tests/fault/machine.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kNobody = 65534;

// Runs as an ordinary user who may dump as much as he likes.
pid_t start(std::vector<std::string> words, const fs::path& directory)
{
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    const auto child = fork();
    REQUIRE(child >= 0);
    if (child != 0) return child;
    alarm(60);
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_CORE, &all) != 0 || chdir(directory.c_str()) != 0 ||
        setgid(kNobody) != 0 || setuid(kNobody) != 0)
        _exit(126);
    execv(argv[0], argv.data());
    _exit(127);
}

// Whether the text stands in memory that the process can write to.
bool holds(pid_t process, std::string_view text)
{
    const auto folder = fs::path("/proc") / std::to_string(process);
    const auto maps = read_file(folder / "maps");
    const int memory = open((folder / "mem").c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(memory >= 0);
    bool is_found = false;
    for (const auto line : split_lines(maps)) {  // "START-END rw-p …"
        const auto words = split_words(line);
        if (words.size() < 2 || !words[1].starts_with("rw")) continue;
        const auto dash = words[0].find('-');
        const auto from = std::stoull(std::string(words[0].substr(0, dash)), nullptr, 16);
        const auto to = std::stoull(std::string(words[0].substr(dash + 1)), nullptr, 16);
        std::string bytes(to - from, '\0');
        const auto got = pread(memory, bytes.data(), bytes.size(), static_cast<off_t>(from));
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        is_found = is_found || bytes.find(text) != std::string::npos;
    }
    close(memory);
    return is_found;
}

// Of a process that may be dumped, its folder in proc(5) is its user's; else it is root's.
bool may_be_dumped(pid_t process)
{
    struct stat status{};
    REQUIRE(stat(("/proc/" + std::to_string(process) + "/maps").c_str(), &status) == 0);
    return status.st_uid == kNobody;
}

bool dumps_core_at_death(pid_t process)
{
    REQUIRE(kill(process, SIGSEGV) == 0);
    int status = 0;
    REQUIRE(waitpid(process, &status, 0) == process);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGSEGV);
    return WCOREDUMP(status);
}

bool has_core(const fs::path& directory)
{
    for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().filename().string().find("core") != std::string::npos) return true;
    return false;
}

}  // namespace

TEST_CASE("no core holds a context")
{
    if (geteuid() != 0) {
        WARN("only root can look into a process that may not be dumped; nothing is tested");
        return;
    }
    constexpr std::string_view kCanary = "canary-in-memory-4711";
    TemporaryFolder folder;
    REQUIRE(chmod(folder.path().c_str(), 0755) == 0);
    const auto program = folder.path() / "onectx-guest";
    const auto root = folder.path() / "root";
    const auto directory = folder.path() / "directory";
    const auto context = folder.path() / "context.sh";
    const auto lock = root / "run/onectx/lock";
    fs::copy_file(released_guest(), program);
    write_file(context, "USERNAME='alice'\nPASSWORD='" + std::string(kCanary) + "'\n");
    write_file(lock, "");
    fs::create_directory(directory);
    for (const auto& path : {root, root / "run", root / "run/onectx", lock, directory})
        REQUIRE(chown(path.c_str(), kNobody, kNobody) == 0);
    const int held = open(lock.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(flock(held, LOCK_EX) == 0);

    const auto guest =
        start({program.string(), "apply", "--root", root.string(), "--context", context.string()},
              directory);
    // It waits for the lock, with the context read.
    bool is_held = false;
    for (int tries = 0; tries < 500 && !is_held; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        is_held = holds(guest, kCanary);
    }
    CHECK(is_held);
    CHECK_FALSE(may_be_dumped(guest));
    CHECK_FALSE(dumps_core_at_death(guest));
    CHECK_FALSE(has_core(directory));
    close(held);

    // The same of a program that asks for nothing.
    const auto other = start({"/bin/sleep", "60"}, directory);
    while (read_file("/proc/" + std::to_string(other) + "/comm") != "sleep\n")
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(may_be_dumped(other));
    if (!dumps_core_at_death(other))
        WARN("this machine writes no cores; who may be dumped was looked at alone");
}

}  // namespace onectx::test
