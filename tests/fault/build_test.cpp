// Every system call that `onectx build` makes for its output fails once, and the program is killed
// at every one: the output is the old image or the new one, and nothing else is left behind.
#include <algorithm>
#include <array>
#include <map>

#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kStrace = "/usr/bin/strace";
constexpr std::array<std::string_view, 10> kCalls{
    "openat", "write",  "pwrite64", "copy_file_range", "ftruncate",
    "fchmod", "fchown", "fsync",    "linkat",          "renameat"};

struct Call {
    std::string name;
    unsigned number = 0;  // the how-manieth of its name since the program began
};

// A template with a file that is large enough to be copied by the kernel, and an older image.
struct Desk {
    TemporaryFolder folder;

    Desk()
    {
        write_file(at("t"), "CONTEXT=[FILES=large]\n");
        write_file(at("large"), std::string(300000, 'x'));
        write_file(at("out/x.iso"), "old");
    }
    [[nodiscard]] fs::path at(const std::string& name) const { return folder.path() / name; }
    [[nodiscard]] Finished trace(const std::vector<std::string>& options) const
    {
        std::vector<std::string> argv{kStrace, "-f", "--quiet=all"};
        argv.insert(argv.end(), options.begin(), options.end());
        argv.insert(argv.end(),
                    {"--", built_program("onectx"), "build", "t", "-o", "out/x.iso", "--no-md5"});
        return run_program(argv, {.directory = folder.path().string()});
    }
    [[nodiscard]] std::vector<std::string> outputs() const
    {
        std::vector<std::string> result;
        for (const auto& entry : fs::directory_iterator(at("out")))
            result.push_back(entry.path().filename().string());
        std::sort(result.begin(), result.end());
        return result;
    }
};

bool strace_works()
{
    if (fs::exists(kStrace) && run_program({kStrace, "-o", "/dev/null", "/bin/true"}).status == 0)
        return true;
    WARN("strace is not there or may not trace; nothing is tested");
    return false;
}

// From the opening of the output on; calls for other files, which are those of sanitizers, left
// out.
std::vector<Call> calls_for_output(const Desk& desk)
{
    TemporaryFolder logs;
    auto log = logs.path() / "log";
    REQUIRE(desk.trace({"-o", log.string()}).status == 0);
    std::map<std::string, unsigned, std::less<>> seen;
    std::vector<Call> calls;
    std::string output;  // its descriptor
    auto text = read_file(log);
    for (auto line : split_lines(text)) {
        line = line.substr(std::min(line.find_first_not_of("0123456789 "), line.size()));  // pid
        auto name = std::string(line.substr(0, line.find('(')));
        auto number = ++seen[name];
        bool is_opened = line.find("O_TMPFILE") != std::string_view::npos;
        if (is_opened) output = line.substr(line.rfind(' ') + 1);
        bool is_other_write = name == "write" && !line.starts_with("write(" + output + ",");
        bool is_other_file = name == "openat" && !is_opened;
        if (output.empty() || is_other_write || is_other_file) continue;
        if (std::find(kCalls.begin(), kCalls.end(), name) != kCalls.end())
            calls.push_back({name, number});
    }
    return calls;
}

std::vector<std::string> injection(const Call& call, const std::string& fault)
{
    return {"-o", "/dev/null",
            "-e", "trace=" + call.name,
            "-e", "inject=" + call.name + ":" + fault + ":when=" + std::to_string(call.number)};
}

}  // namespace

TEST_CASE("a build survives any failing system call and any moment of death")
{
    if (!strace_works()) return;
    const Desk first;
    const auto calls = calls_for_output(first);
    const auto whole = read_file(first.at("out/x.iso"));
    REQUIRE(whole.size() > 300000);
    // What survives a loss of power is decided by the order of these.
    std::string order;
    for (const auto& call : calls) {
        if (call.name == "fsync" || call.name == "linkat" || call.name == "renameat")
            order += call.name + " ";
    }
    CHECK(order == "fsync linkat renameat fsync ");
    for (const auto& call : calls) {
        for (const std::string fault : {"error=ENOSPC", "signal=SIGKILL"}) {
            INFO(call.name << " number " << call.number << ": " << fault);
            const Desk desk;
            const bool killed = fault.starts_with("signal");
            const auto finished = desk.trace(injection(call, fault));
            CAPTURE(finished.status, finished.err);
            CHECK((killed ? finished.status == 128 + 9 : finished.status <= 1));
            CHECK((finished.status == 1) == !finished.err.empty());
            const auto content = read_file(desk.at("out/x.iso"));
            const bool is_new = content == whole;
            CHECK((is_new || content == "old"));
            if (finished.status == 0) CHECK(is_new);
            // Between linkat and renameat the finished image has a name of its own.
            const bool between = killed && call.name == "renameat";
            CHECK(desk.outputs().size() <= (between ? 2U : 1U));
        }
    }
}

TEST_CASE("file systems that cannot do what a build likes best")
{
    if (!strace_works()) return;
    const Desk first;
    const auto calls = calls_for_output(first);
    const auto whole = read_file(first.at("out/x.iso"));
    REQUIRE(calls.front().name == "openat");
    // No O_TMPFILE; neither privilege nor a new kernel for AT_EMPTY_PATH; no copying by the kernel.
    const std::array<std::pair<Call, std::string>, 5> cases{
        {{calls.front(), "error=EOPNOTSUPP"},
         {calls.front(), "error=EISDIR"},
         {{"linkat", 1}, "error=ENOENT"},
         {{"copy_file_range", 1}, "error=EXDEV"},
         {{"copy_file_range", 1}, "error=ENOSYS"}}};
    for (const auto& [call, fault] : cases) {
        INFO(call.name << ": " << fault);
        const Desk desk;
        const auto finished = desk.trace(injection(call, fault));
        CHECK(finished.err == "");
        CHECK(finished.status == 0);
        const bool is_new = read_file(desk.at("out/x.iso")) == whole;
        CHECK(is_new);
        CHECK(desk.outputs() == std::vector<std::string>{"x.iso"});
    }
}

}  // namespace onectx::test
