// See strace.h.
#include "tests/fault/strace.h"

#include <algorithm>
#include <array>
#include <map>

#include "common/text.h"
#include "tests/fault/changes.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::test {
namespace {

constexpr const char* kStrace = "/usr/bin/strace";

}  // namespace

bool strace_works()
{
    return std::filesystem::exists(kStrace) &&
           run_program({kStrace, "-o", "/dev/null", "/bin/true"}).status == 0;
}

Finished strace(const std::vector<std::string>& options, const std::vector<std::string>& program)
{
    std::vector<std::string> argv{kStrace, "-f", "--quiet=all"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.emplace_back("--");
    argv.insert(argv.end(), program.begin(), program.end());
    return run_program(argv);
}

std::vector<Call> calls_between_markers(const std::vector<std::string>& program)
{
    constexpr std::array<std::string_view, 5> kOfMemory{"mmap", "munmap", "brk", "madvise",
                                                        "futex"};
    TemporaryFolder logs;
    auto log = logs.path() / "log";
    REQUIRE(strace({"-o", log.string()}, program).status == 0);
    std::map<std::string, unsigned, std::less<>> seen;
    std::vector<Call> calls;
    bool inside = false;
    auto text = read_file(log);
    for (auto line : split_lines(text)) {
        line = line.substr(std::min(line.find_first_not_of("0123456789 "), line.size()));  // pid
        auto name = std::string(line.substr(0, line.find('(')));
        auto number = ++seen[name];
        bool is_marker = line.find(kMarker) != std::string_view::npos;
        if (is_marker) inside = !inside;
        if (inside && !is_marker &&
            std::find(kOfMemory.begin(), kOfMemory.end(), name) == kOfMemory.end())
            calls.push_back({name, number});
    }
    CHECK_FALSE(inside);
    return calls;
}

Finished disturbed(const Call& call, const std::string& fault,
                   const std::vector<std::string>& program)
{
    return strace({"-o", "/dev/null", "-e", "trace=" + call.name, "-e",
                   "inject=" + call.name + ":" + fault + ":when=" + std::to_string(call.number)},
                  program);
}

}  // namespace onectx::test
