// The second look at an image: it passes what was written and names what is different.
#include "host/image_check.h"

#include "common/iso_image.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/iso_maker.h"
#include "tests/support/source_file.h"

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

TEST_CASE("the ends of a large file are compared", "[image_check]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "large";
    test::write_file(path, std::string(300000, 'x'));
    ImageTree tree{{"large", 0444, test::source_of(path)}};
    const auto bytes = written(tree, {});
    auto complaint = [&](std::size_t place) {
        auto damaged = bytes;
        damaged.replace(bytes.find("xxxx") + place, 1, "y");
        auto checked = check_image(MemorySource(damaged), tree, {});
        return checked ? "" : checked.error().message;
    };
    const std::string different = "the image differs from what was written: large";
    CHECK(complaint(0) == different);
    CHECK(complaint(32767) == different);
    CHECK(complaint(150000) == "");
    CHECK(complaint(300000 - 32768) == different);
    CHECK(complaint(299999) == different);

    test::write_file(path, std::string(300001, 'x'));
    auto checked = check_image(MemorySource(bytes), tree, {});
    REQUIRE_FALSE(checked);
    CHECK(checked.error().message == "read " + path.string() + ": changed in the meantime");
}

TEST_CASE("both trees lead to the same bytes, and no two files share any", "[image_check]")
{
    const ImageTree tree{{"a", 0444, "aaaa"}, {"b", 0444, "aaaa"}};
    auto bytes = written(tree, {});
    auto image = open_iso(MemorySource(bytes));
    REQUIRE(image);
    auto block_of = [&](const std::string& name) {
        return test::both32(
            static_cast<std::uint32_t>(image->find(name)->extents.at(0).offset / 2048));
    };
    const auto a = block_of("/a");
    const auto b = block_of("/b");
    auto first = bytes.find(b);  // of the ISO 9660 tree, which comes before Joliet's
    auto second = bytes.find(b, first + 1);
    REQUIRE(second != std::string::npos);
    auto complaint = [&](std::vector<std::size_t> places) {
        auto damaged = bytes;
        for (auto place : places)
            damaged.replace(place, a.size(), a);
        auto checked = check_image(MemorySource(damaged), tree, {});
        return checked ? "" : checked.error().message;
    };
    const std::string head = "the image differs from what was written: ";
    CHECK(complaint({}) == "");
    CHECK(complaint({second}) == head + "b in Joliet");
    CHECK(complaint({first, second}) == head + "b");
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
