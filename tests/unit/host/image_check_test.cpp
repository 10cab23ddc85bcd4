// The second look at an image: it passes what was written and names what is different.
#include "host/image_check.h"

#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {
namespace {

ImageTree example()
{
    return {{"context.sh", 0400, "A='1'\n"}, {"d", 0555, DirectoryEntry{}}, {"d/x", 0444, "xyz"}};
}

std::string written(const ImageTree& tree, const ImageSettings& settings)
{
    test::TemporaryFolder folder;
    auto path = (folder.path() / "x.iso").string();
    SignalHold signals;
    auto output = OutputFile::create(path, {});
    REQUIRE(output);
    REQUIRE(write_iso(tree, settings, *output, signals));
    REQUIRE(output->commit());
    return test::read_file(path);
}

}  // namespace

TEST_CASE("an image is compared with the tree it was written from", "[image_check]")
{
    const ImageSettings settings{.time = 5};
    const auto bytes = written(example(), settings);
    auto complaint = [&](const ImageTree& tree, const ImageSettings& expected) {
        auto checked = check_image(MemorySource(bytes), tree, expected);
        return checked ? "" : checked.error().message;
    };
    const std::string head = "the image differs from what was written: ";
    CHECK(complaint(example(), settings).empty());
    CHECK(complaint(example(), {.label = "OTHER", .time = 5}) == head + "label");
    CHECK(complaint(example(), {.joliet = false, .time = 5}) == head + "trees");
    CHECK(complaint(example(), {.time = 6}) == head + "context.sh");

    auto changed = [&](auto change) {
        auto tree = example();
        change(tree);
        return complaint(tree, settings);
    };
    CHECK(changed([](ImageTree& tree) { tree.pop_back(); }) == head + "number of files");
    CHECK(changed([](ImageTree& tree) { tree[2].path = "d/y"; }) == head + "d/y");
    CHECK(changed([](ImageTree& tree) { tree[2].mode = 0555; }) == head + "d/x");
    CHECK(changed([](ImageTree& tree) { tree[2].content = "xyw"; }) == head + "d/x");
    CHECK(changed([](ImageTree& tree) { tree[2].content = "xyzz"; }) == head + "d/x");
    CHECK(changed([](ImageTree& tree) { tree[1].content = ""; }) == head + "d");
    CHECK(changed([](ImageTree& tree) { tree[2].content = SourceFile{.size = 4}; }) ==
          head + "d/x");
}

TEST_CASE("a damaged image does not pass", "[image_check]")
{
    auto bytes = written(example(), {});
    bytes.replace(16 * 2048, 8, "garbage!");
    auto checked = check_image(MemorySource(bytes), example(), {});
    REQUIRE_FALSE(checked);
    CHECK(checked.error().message.starts_with("read the image again: "));
}

}  // namespace onectx
