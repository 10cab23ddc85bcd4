// Golden templates: tests/golden/host/CASE holds in.tmpl or in.xml, out.sh (what `onectx render`
// prints; absent when it fails), messages.txt (standard error; absent when there is none) and maybe
// args.txt (further arguments, one a line; files that they name are in the folder too).
// UPDATE_GOLDEN=1 rewrites what is expected.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

// Both ways: a file that is missing is a difference, and so is one too many.
void compare(const fs::path& path, const std::string& actual)
{
    INFO(path.filename().string());
    if (std::getenv("UPDATE_GOLDEN")) {
        if (actual.empty())
            fs::remove(path);
        else
            write_file(path, actual);
    }
    CHECK(actual == (fs::exists(path) ? read_file(path) : ""));
}

std::vector<std::string> command_of(const fs::path& folder)
{
    std::vector<std::string> command{built_program("onectx"), "render",
                                     fs::exists(folder / "in.xml") ? "in.xml" : "in.tmpl"};
    if (!fs::exists(folder / "args.txt")) return command;
    auto arguments = read_file(folder / "args.txt");
    for (auto line : split_lines(arguments))
        command.emplace_back(line);
    return command;
}

}  // namespace

TEST_CASE("golden templates", "[cli][golden]")
{
    std::size_t cases = 0;
    for (const auto& entry : fs::directory_iterator(source_folder() / "tests/golden/host")) {
        INFO(entry.path().filename().string());
        auto rendered = run_program(command_of(entry.path()), {.directory = entry.path().string()});
        CHECK(rendered.status == (rendered.out.empty() ? 3 : 0));
        compare(entry.path() / "out.sh", rendered.out);
        compare(entry.path() / "messages.txt", rendered.err);
        ++cases;
    }
    CHECK(cases > 0);
}

}  // namespace onectx::test
