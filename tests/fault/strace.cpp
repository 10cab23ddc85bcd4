// See strace.h.
#include "tests/fault/strace.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "common/text.h"
#include "tests/fault/changes.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::test {
namespace {

constexpr const char* kStrace = "/usr/bin/strace";

std::vector<std::string> strace_command(const std::vector<std::string>& options,
                                        const std::vector<std::string>& program)
{
    std::vector<std::string> argv{kStrace, "--quiet=all"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.emplace_back("--");
    argv.insert(argv.end(), program.begin(), program.end());
    return argv;
}

std::vector<std::string> injection(const Call& call, const std::string& fault)
{
    return {"-o", "/dev/null",
            "-e", "trace=" + call.name,
            "-e", "inject=" + call.name + ":" + fault + ":when=" + std::to_string(call.number)};
}

}  // namespace

bool strace_works()
{
    return std::filesystem::exists(kStrace) &&
           run_program({kStrace, "-o", "/dev/null", "/bin/true"}).status == 0;
}

Finished strace(const std::vector<std::string>& options, const std::vector<std::string>& program)
{
    return run_program(strace_command(options, program));
}

std::vector<Call> calls_between(std::string_view from, std::string_view to,
                                const std::vector<std::string>& program)
{
    // Closing gives a descriptor back whatever it says.
    constexpr std::array<std::string_view, 6> kOfMemory{"mmap",    "munmap", "brk",
                                                        "madvise", "futex",  "close"};
    TemporaryFolder logs;
    auto log = logs.path() / "log";
    REQUIRE(strace({"-o", log.string()}, program).status == 0);
    std::map<std::string, unsigned, std::less<>> seen;
    std::vector<Call> calls;
    bool inside = false;
    bool has_ended = false;
    auto text = read_file(log);
    for (auto line : split_lines(text)) {
        const auto bracket = line.find('(');
        if (bracket == std::string_view::npos) continue;  // how it ended
        auto name = std::string(line.substr(0, bracket));
        auto number = ++seen[name];
        bool is_marker = line.find(inside ? to : from) != std::string_view::npos;
        if (is_marker) has_ended = std::exchange(inside, !inside);
        if (inside && !is_marker &&
            std::find(kOfMemory.begin(), kOfMemory.end(), name) == kOfMemory.end())
            calls.push_back({name, number});
    }
    CHECK(has_ended);
    return calls;
}

std::vector<Call> calls_between_markers(const std::vector<std::string>& program)
{
    return calls_between(kMarker, kMarker, program);
}

Finished disturbed(const Call& call, const std::string& fault,
                   const std::vector<std::string>& program)
{
    auto options = injection(call, fault);
    // Ten times as fast, for it stops at no other call; but it injects no signal then.
    if (fault.starts_with("error=")) options.insert(options.end(), {"-f", "--seccomp-bpf"});
    return strace(options, program);
}

}  // namespace onectx::test
