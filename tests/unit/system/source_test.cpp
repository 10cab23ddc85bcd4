// What --context may name, and what each of them comes to: text, absence with its reason, or the
// error of a context that cannot be read.
#include "guest/system/source.h"

#include <sys/stat.h>

#include "common/limits.h"
#include "guest/system/medium_tree.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/iso_maker.h"

namespace onectx {

using onectx::test::TemporaryFolder;
using onectx::test::write_file;
namespace fs = std::filesystem;

namespace {

Result<SourceSearch> load(const fs::path& path)
{
    return load_context(path.string());
}

// What came of it in one line: the text, "none: REASON" or "error: MESSAGE".
std::string outcome(const Result<SourceSearch>& search)
{
    if (!search) return "error: " + search.error().message;
    if (search->source) return search->source->text;
    return "none: " + (search->problems.empty() ? "" : search->problems.front().message);
}

std::string iso(const std::string& name, std::string_view content)
{
    auto image = test::raw_image({{.name = name,
                                   .block = test::kFreeSector,
                                   .size = static_cast<std::uint32_t>(content.size())}},
                                 32, false);
    test::put(image, test::kFreeSector * test::kSector, content);
    return image;
}

}  // namespace

TEST_CASE("a directory", "[source]")
{
    const TemporaryFolder folder;
    const auto& path = folder.path();
    CHECK(outcome(load(path)) == "none: " + path.string() + " holds no context.sh");

    write_file(path / "context.sh", "VMID='7'\n");
    const auto search = load(path);
    CHECK(outcome(search) == "VMID='7'\n");
    CHECK(search->source->description == path.string());
    CHECK_FALSE(search->source->lasting);
    CHECK(search->problems.empty());
}

TEST_CASE("a directory whose context.sh is no file of its own", "[source]")
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "context.sh";
    const auto message =
        "error: read the context in " + folder.path().string() + ": context.sh is no regular file";
    SECTION("a link")
    {
        write_file(folder.path() / "other", "VMID='7'\n");
        fs::create_symlink("other", file);
    }
    SECTION("a directory")
    {
        fs::create_directory(file);
    }
    SECTION("a FIFO, which nobody writes")
    {
        REQUIRE(mkfifo(file.c_str(), 0600) == 0);
    }
    CHECK(outcome(load(folder.path())) == message);
}

TEST_CASE("a context.sh without a byte, wherever it lies", "[source]")
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "context.sh";
    write_file(file, "");
    const auto before = "error: read the context in ";
    CHECK(outcome(load(folder.path())) ==
          before + folder.path().string() + ": context.sh is empty");
    write_file(file, iso("CONTEXT.SH;1", ""));
    CHECK(outcome(load(file)) == before + file.string() + ": context.sh is empty");
}

TEST_CASE("a file of any name, through a link too", "[source]")
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "my-context";
    write_file(file, "A='1'\n");
    fs::create_symlink(file, folder.path() / "link");
    CHECK(outcome(load(file)) == "A='1'\n");
    CHECK(outcome(load(folder.path() / "link")) == "A='1'\n");
}

TEST_CASE("a file that is no context", "[source]")
{
    using std::literals::string_view_literals::operator""sv;
    const TemporaryFolder folder;
    const auto file = folder.path() / "x";
    const std::string before = "error: read the context in " + file.string() + ": ";
    const std::string neither = before + "neither an ISO 9660 image nor a context.sh";
    write_file(file, "");
    CHECK(outcome(load(file)) == before + "it is empty");
    write_file(file, "\0"sv);
    CHECK(outcome(load(file)) == neither);
    write_file(file, "A='1'\nB='234567\0'\n"sv);
    CHECK(outcome(load(file)) == neither);
    // From the seventeenth byte on a NUL is the parser's to refuse, with its line.
    write_file(file, "A='1'\nB='2345678\0'\n"sv);
    CHECK(outcome(load(file)) == "A='1'\nB='2345678\0'\n"sv);
    write_file(file, iso("CONTEXT.SH;1", "VMID='7'\n"));
    fs::resize_file(file, 16 * test::kSector);
    CHECK(outcome(load(file)) == neither);
    fs::resize_file(file, 1);
    CHECK(outcome(load(file)) == neither);
}

TEST_CASE("nothing at the path", "[source]")
{
    const TemporaryFolder folder;
    const auto missing = folder.path() / "missing";
    CHECK(outcome(load(missing)) == "none: " + missing.string() + ": No such file or directory");
}

TEST_CASE("a context that is too large", "[source]")
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "context.sh";
    write_file(file, "A='1'\n");
    fs::resize_file(file, kMaxContextBytes + 1);
    CHECK(outcome(load(file)) ==
          "error: read the context in " + file.string() + ": File too large");
    CHECK(outcome(load(folder.path())) == "error: read the context in " + folder.path().string() +
                                              ": context.sh is larger than 16 MiB");
}

TEST_CASE("what is no file", "[source]")
{
    const TemporaryFolder folder;
    const auto fifo = folder.path() / "fifo";
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(outcome(load(fifo)) ==
          "error: read the context in " + fifo.string() + ": no directory, file or block device");
}

TEST_CASE("an ISO file", "[source]")
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "x.iso";
    auto image = iso("CONTEXT.SH;1", "VMID='7'\n");
    write_file(file, image);
    auto search = load(file);
    CHECK(outcome(search) == "VMID='7'\n");
    CHECK(search->problems.empty());

    test::put(image, 16 * test::kSector + 40, "cidata ");
    write_file(file, image);
    search = load(file);
    CHECK(outcome(search) == "VMID='7'\n");
    CHECK(search->problems ==
          std::vector<Problem>{{"", file.string() + " is labelled 'cidata', not CONTEXT", false}});

    write_file(file, iso("OTHER.SH;1", "VMID='7'\n"));
    CHECK(outcome(load(file)) == "none: " + file.string() + " holds no context.sh");
}

TEST_CASE("an ISO file that is cut short", "[source]")
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "x.iso";
    write_file(file, iso("CONTEXT.SH;1", std::string(3 * test::kSector, '#')));
    fs::resize_file(file, 25 * test::kSector);
    CHECK(outcome(load(file)).starts_with("error: read the context in " + file.string() + ": "));
    fs::resize_file(file, 17 * test::kSector);
    CHECK(outcome(load(file)).starts_with("error: read the context in " + file.string() + ": "));
}

TEST_CASE("no link leads a script out of the folder of its context", "[source]")
{
    const TemporaryFolder above;
    const auto path = fs::canonical(above.path()) / "context";
    write_file(above.path() / "secret", "no script\n");
    write_file(path / "context.sh", "VMID='7'\n");
    write_file(path / "sub/real.sh", "exit 0\n");
    fs::create_symlink("sub/real.sh", path / "inside");
    fs::create_symlink("/sub/real.sh", path / "from-top");
    fs::create_symlink("../secret", path / "above");
    fs::create_symlink((above.path() / "secret").string(), path / "elsewhere");
    const auto search = load(path);
    REQUIRE(search);
    const auto folder = MediumFolder::open(*search->source);
    REQUIRE(folder);
    CHECK(folder->path_of("context.sh").value() == (path / "context.sh").string());
    CHECK(folder->path_of("inside").value() == (path / "sub/real.sh").string());
    CHECK(folder->path_of("from-top").value() == (path / "sub/real.sh").string());
    for (const std::string name : {"above", "elsewhere", "missing"}) {
        const auto found = folder->path_of(name);
        REQUIRE_FALSE(found);
        CHECK(found.error().message ==
              "in " + path.string() + ": open " + name + ": No such file or directory");
    }
    const auto alone = MediumFolder::open(Source{});
    REQUIRE(alone);
    CHECK(alone->path_of("init.sh").error().message == "nothing lies beside context.sh");
}

}  // namespace onectx
