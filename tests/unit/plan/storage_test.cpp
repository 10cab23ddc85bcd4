// What file systems, LUKS and LVM write at the start of their devices.
#include "guest/model/storage.h"

#include <fstream>

#include "common/little_endian.h"
#include "guest/model/block_stack.h"
#include "guest/model/mount_table.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/memory_tree.h"
#include "tests/support/process.h"

namespace onectx::test {
namespace {

constexpr std::uint64_t kMiB = 1U << 20U;

const std::string kPv = "abcdefABCDEF0123456789abcdefABCD";

constexpr std::string_view kMetadata = R"(vg0 {
id = "gggggg-gggg-gggg-gggg-gggg-gggg-gggggg"
seqno = 3  # a comment with { in it
status = ["RESIZEABLE", "READ", "WRITE"]
flags = []
extent_size = 8192
physical_volumes {
pv0 {
id = "abcdef-ABCD-EF01-2345-6789-abcd-efABCD"
device = "/dev/\"vda2"
dev_size = 200000
pe_start = 2048
pe_count = 24
}
pv1 {
id = "zzzzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzzzz"
pe_start = 2048
pe_count = 10
}
}
logical_volumes {
root {
id = "llllll-llll-llll-llll-llll-llll-llllll"
segment_count = 1
segment1 {
start_extent = 0
extent_count = 20
type = "striped"
stripe_count = 1
stripes = [
"pv0", 0
]
}
}
mirror {
id = "mmmmmm-mmmm-mmmm-mmmm-mmmm-mmmm-mmmmmm"
segment1 {
extent_count = 2
type = "raid1"
raids = ["mirror_rmeta_0", "mirror_rimage_0"]
}
}
mirror_rimage_0 {
id = "nnnnnn-nnnn-nnnn-nnnn-nnnn-nnnn-nnnnnn"
segment1 {
extent_count = 2
type = "striped"
stripe_count = 1
stripes = ["pv1", 0]
}
}
}
}
contents = "Text Format Volume Group"
version = 1
)";

// A physical volume whose metadata begins `from` bytes into its ring of 8 KiB.
std::string volume_with(std::string_view text, std::uint64_t from)
{
    constexpr std::size_t kArea = 4096;
    constexpr std::size_t kAreaBytes = 8192;
    std::string bytes(kArea + kAreaBytes, '\0');
    auto put = [&](std::size_t at, std::string_view what) { bytes.replace(at, what.size(), what); };
    put(512, "LABELONE");
    put_le<std::uint32_t>(bytes, 512 + 20, 32);
    put(512 + 24, "LVM2 001");
    put(512 + 32, kPv);
    put_le<std::uint64_t>(bytes, 512 + 72, kMiB);  // of the data; its list ends 16 bytes later
    put_le<std::uint64_t>(bytes, 512 + 104, kArea);
    put_le<std::uint64_t>(bytes, 512 + 112, kAreaBytes);
    put(kArea + 4, " LVM2 x[5A%r0N*>");
    put_le<std::uint64_t>(bytes, kArea + 32, kAreaBytes);
    put_le<std::uint64_t>(bytes, kArea + 40, from);
    put_le<std::uint64_t>(bytes, kArea + 48, text.size());
    const auto first = std::min<std::size_t>(text.size(), kAreaBytes - from);
    put(kArea + from, text.substr(0, first));
    put(kArea + 512, text.substr(first));
    return bytes;
}

std::string superblock_of(const std::string& path)
{
    std::string bytes(1024, '\0');
    std::ifstream file(path, std::ios::binary);
    file.seekg(1024);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return bytes;
}

}  // namespace

TEST_CASE("a physical volume and its group", "[storage]")
{
    // Once in one piece, once around the end of the ring.
    for (const std::uint64_t from : {512U, 7680U}) {
        const auto bytes = volume_with(kMetadata, from);
        const auto volume = read_physical_volume(MemorySource(bytes));
        REQUIRE(volume);
        CHECK(*volume == PhysicalVolume{.group = "vg0",
                                        .extent_bytes = 4 * kMiB,
                                        .start = kMiB,
                                        .extents = 24,
                                        .free_extents = 12,
                                        .volumes = {{std::string(32, 'l'), "root"},
                                                    {std::string(32, 'n'), "mirror_rimage_0"}}});
    }
}

TEST_CASE("what is no physical volume", "[storage]")
{
    auto is_none = [](const std::string& bytes) {
        return !read_physical_volume(MemorySource(bytes));
    };
    auto changed = [](std::string_view old, std::string_view by) {
        std::string text(kMetadata);
        text.replace(text.find(old), old.size(), by);
        return volume_with(text, 512);
    };
    CHECK(is_none(""));
    CHECK(is_none(std::string(65536, '\0')));
    CHECK(is_none(volume_with("", 512)));
    CHECK(is_none(volume_with("vg0 {", 512)));
    CHECK(is_none(volume_with("vg0 }", 512)));
    CHECK(is_none(volume_with("vg0 = \"x", 512)));
    CHECK(is_none(volume_with("vg0 = }", 512)));
    CHECK(is_none(changed("vg0 {", "-vg {")));
    CHECK(is_none(changed("vg0 {", "v/g {")));
    CHECK(is_none(changed("extent_size = 8192", "extent_size = 0")));
    CHECK(is_none(changed("abcdef-ABCD", "abcdeX-ABCD")));
    CHECK(is_none(changed("pe_count = 24", "pe_count = x")));
    std::string deep;
    for (int i = 0; i < 200; ++i)
        deep += "a {";
    CHECK(is_none(volume_with(deep, 512)));
    auto cut = volume_with(kMetadata, 512);
    cut.resize(5000);
    CHECK(is_none(cut));
    CHECK_FALSE(is_none(changed("flags = []", "")));
}

TEST_CASE("headers of encrypted volumes", "[storage]")
{
    std::string luks1(8192, '\0');
    luks1.replace(0, 8, std::string("LUKS\xba\xbe\0\1", 8));
    luks1[106] = 0x10;
    CHECK(
        read_luks(MemorySource(luks1)) ==
        LuksVolume{.version = 1, .offset = 4096 * 512, .sector_bytes = 512, .whole_device = true});

    auto luks2 = [](const std::string& json) {
        std::string bytes(16384, '\0');
        bytes.replace(0, 8, std::string("LUKS\xba\xbe\0\2", 8));
        bytes[14] = 0x40;  // the size, big-endian: 16384
        bytes.replace(4096, json.size(), json);
        return read_luks(MemorySource(bytes));
    };
    const std::string segment =
        R"("type":"crypt","offset":"16777216","size":"dynamic","sector_size":4096)";
    CHECK(
        luks2(R"({"segments":{"0":{)" + segment + "}}}") ==
        LuksVolume{.version = 2, .offset = 16 * kMiB, .sector_bytes = 4096, .whole_device = true});
    for (const std::string json :
         {R"({"segments":{"0":{"type":"crypt","offset":"1","size":"99","sector_size":512}}})",
          R"({"segments":{"0":{"type":"x","offset":"1","size":"dynamic","sector_size":512}}})",
          R"({"segments":{"0":{"type":"crypt","offset":1,"size":"dynamic","sector_size":512}}})",
          R"({"segments":{"0":{"type":"crypt","offset":"1","size":"dynamic","sector_size":0}}})",
          R"({"segments":{"0":{},"1":{}}})", R"({"segments":[]})", "{}"}) {
        CAPTURE(json);
        const auto volume = luks2(json);
        REQUIRE(volume);
        CHECK_FALSE(volume->whole_device);
    }
    CHECK_FALSE(luks2("[1]"));
    CHECK_FALSE(luks2("{"));
    CHECK_FALSE(read_luks(MemorySource(std::string_view("LUKS"))));
    CHECK_FALSE(read_luks(MemorySource(std::string(8192, 'x'))));
}

TEST_CASE("the size of an ext4 file system, as mke2fs makes it", "[storage]")
{
    TemporaryFolder folder;
    const auto path = (folder.path() / "disk").string();
    for (const auto* options :
         {"-b 4096", "-b 1024", "-b 1024 -O ^64bit", "-b 2048 -O ^resize_inode"}) {
        CAPTURE(options);
        REQUIRE(run_program({"/bin/sh", "-c",
                             "rm -f " + path + "; truncate -s 100M " + path +
                                 " && mke2fs -q -t ext4 " + options + " " + path})
                    .status == 0);
        const auto size = ext_size(superblock_of(path));
        REQUIRE(size);
        CHECK(size->bytes() == 100 * kMiB);
        CHECK(blocks_on(*size, 100 * kMiB) == size->blocks);
        // What resize2fs makes of the same space: a last group of a few blocks is no group.
        for (const auto* mib : {"150", "257"}) {
            const auto bytes = std::stoull(mib) * kMiB;
            REQUIRE(run_program({"/bin/sh", "-c",
                                 "cp " + path + " " + path + "2; truncate -s " + mib + "M " + path +
                                     "2 && resize2fs -f " + path + "2"})
                        .status == 0);
            const auto grown = ext_size(superblock_of(path + "2"));
            REQUIRE(grown);
            CHECK(blocks_on(*size, bytes) == grown->blocks);
        }
    }
}

TEST_CASE("the kernel's list of mounts", "[storage]")
{
    const auto mounts = parse_mountinfo(
        "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=x\n"
        "37 35 0:5 / / rw - ext4 a rw\n38 35 0:6 / / ro - xfs b rw\n39 35 0:7 / /s rw - xfs c ro\n"
        "broken\n40 35 0:8 / /t rw - xfs\n41 35 0:9 / /u rw\n");
    REQUIRE(mounts.size() == 4);
    CHECK(mounts[0] == MountEntry{"98:0", "/mnt 2", "ext3", "/dev/root", false});
    CHECK(mounts[3].read_only);
    REQUIRE(find_mount(mounts, "/") != nullptr);
    CHECK(*find_mount(mounts, "/") == MountEntry{"0:6", "/", "xfs", "b", true});
    CHECK(find_mount(mounts, "/none") == nullptr);
}

TEST_CASE("a stack that does not end", "[storage]")
{
    MemoryTree tree;
    for (int i = 0; i < 100; ++i)
        tree.file("/sys/dev/block/1:" + std::to_string(i) + "/slaves/x/dev",
                  "1:" + std::to_string(i + 1));
    const auto stack = block_stack("1:0", tree);
    REQUIRE_FALSE(stack);
    CHECK(stack.error().message == "more than 64 devices");
    CHECK_FALSE(block_stack("../1", tree));
    CHECK_FALSE(block_stack("1", tree));
    // What lies on itself is seen once.
    MemoryTree ring;
    ring.file("/sys/dev/block/1:0/slaves/x/dev", "1:1")
        .file("/sys/dev/block/1:1/slaves/x/dev", "1:0");
    CHECK(block_stack("1:0", ring)->size() == 2);
}

}  // namespace onectx::test
