// Golden templates: tests/golden/host/CASE holds in.tmpl, out.sh (what `onectx render` prints;
// absent when it fails) and messages.txt (standard error; absent when there is none).
// UPDATE_GOLDEN=1 rewrites what is expected.
#include <cstdlib>
#include <filesystem>

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

}  // namespace

TEST_CASE("golden templates", "[cli][golden]")
{
    std::size_t cases = 0;
    for (const auto& entry :
         fs::directory_iterator(fs::path(ONECTX_SOURCE_DIR) / "tests/golden/host")) {
        INFO(entry.path().filename().string());
        auto rendered = run_program({built_program("onectx"), "render", "in.tmpl"},
                                    {.directory = entry.path().string()});
        CHECK(rendered.status == (rendered.out.empty() ? 3 : 0));
        compare(entry.path() / "out.sh", rendered.out);
        compare(entry.path() / "messages.txt", rendered.err);
        ++cases;
    }
    CHECK(cases > 0);
}

}  // namespace onectx::test
