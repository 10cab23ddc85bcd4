// ISO images that lie: each is refused in words, or its bad entry is left out, and none costs more
// than a moment or leads a reader out of its bytes.
#include <random>

#include "common/iso_image.h"
#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/iso_maker.h"

using std::string_view_literals::operator""sv;

namespace onectx {
namespace {

using test::kRootSector;
using test::kSector;
using test::RawRecord;

constexpr unsigned kDirectoryFlag = 2;

std::string golden(const std::string& name)
{
    return test::read_file(test::source_folder() / "tests/golden/iso" / name);
}

std::string error_of(const std::string& bytes)
{
    const auto image = open_iso(MemorySource(bytes));
    return image ? "none" : image.error().message;
}

// An image of 40 sectors with one entry in its root.
std::string image_of(const RawRecord& record)
{
    return test::raw_image({record}, 40);
}

std::string changed(std::string image, std::size_t at, std::string_view bytes)
{
    test::put(image, at, bytes);
    return image;
}

bool is_inside(const IsoEntry& entry, std::size_t size)
{
    std::uint64_t total = 0;
    for (const auto& extent : entry.extents) {
        if (extent.size > size || extent.offset > size - extent.size) return false;
        total += extent.size;
    }
    return total == entry.size;
}

// Which promise of the reader is broken on these bytes; empty when none is. (One assertion for all
// of it: Catch2 takes longer over an assertion than the reader over an image.)
std::string broken_promise(const std::string& bytes)
{
    const MemorySource source(bytes);
    const auto image = open_iso(source);
    if (!image) {
        if (image.error().message.empty()) return "an error without words";
        return image.error().code == 0 ? "" : "an error of a medium that works";
    }
    if (image->entries.size() > kMaxIsoEntries) return "too many entries";
    for (const auto& entry : image->entries) {
        const auto path = entry.path + "/";
        if (!path.starts_with('/')) return "a relative path";
        for (auto bad : {"//", "/./", "/../"})
            if (path.find(bad) != std::string::npos) return "a path that leads elsewhere";
        if (!is_inside(entry, bytes.size())) return "an extent that is not inside";
        const bool small = entry.type == IsoType::regular && entry.size < 100000;
        if (small && !read_file(source, entry, 100000)) return "a file that cannot be read";
    }
    return {};
}

}  // namespace

TEST_CASE("iso: what is no image is refused", "[iso][hostile]")
{
    struct Row {
        std::string bytes;
        const char* error;
    };
    const auto good = test::raw_image({}, 40);
    const auto root = kRootSector * kSector;
    const auto pvd = 16 * kSector;
    const auto row = GENERATE_REF(
        Row{"", "no ISO 9660 image"}, Row{std::string(100, 'x'), "no ISO 9660 image"},
        Row{std::string(100000, '\0'), "no ISO 9660 image"},
        Row{changed(good, pvd, "\2"), "it has no primary volume descriptor"},
        Row{changed(good, 17 * kSector, "\2"), "its volume descriptors have no end"},
        Row{good.substr(0, 17 * kSector), "its volume descriptors have no end"},
        Row{changed(good, pvd + 128, test::both16(512)), "blocks of 512 bytes, not of 2048"},
        Row{changed(good, pvd + 156, "\0"sv), "root directory: a directory record is too short"},
        Row{changed(good, pvd + 156 + 25, "\0"sv), "root directory: is no directory"},
        Row{changed(good, pvd + 156 + 2, test::both32(0xFFFFFFFF)),
            "root directory: sector 4294967295: the end came too early"},
        Row{changed(good, pvd + 156 + 10, test::both32(0xFFFFFFFF)),
            "/: sector 40: the end came too early"},
        Row{changed(good, root, "\x21"), "root directory: a directory record is too short"},
        Row{changed(good, root + 32, "\0"sv), "root directory: a directory record has no name"},
        Row{changed(good, root + 32, "\xF0"),
            "root directory: a name leaves its directory record"});
    CHECK(error_of(row.bytes) == row.error);
}

TEST_CASE("iso: an endless set of descriptors is refused", "[iso][hostile]")
{
    std::string bytes(200 * kSector, '\0');
    for (std::size_t i = 16; i < 200; ++i)
        test::put(bytes, i * kSector, "\2CD001\1");
    CHECK(error_of(bytes) == "it has more than 64 volume descriptors");
    CHECK(volume_label(MemorySource(bytes)).error().message ==
          "it has no primary volume descriptor");
}

TEST_CASE("iso: records that cannot be are errors", "[iso][hostile]")
{
    struct Row {
        RawRecord record;
        const char* error;
    };
    const auto row = GENERATE(
        Row{{"A;1", 30, 0xFFFFFFFF}, "/: a: reaches beyond the end of the image"},
        Row{{"A;1", 0xFFFFFFFF, 1}, "/: a: reaches beyond the end of the image"},
        Row{{"A;1", 39, 2049}, "/: a: reaches beyond the end of the image"},
        Row{{"A;1", 30, 2048, 0x80}, "/: the last part of a file is missing"},
        Row{{"A;1", 30, 5, 0x80}, "/: a: a part of it ends inside a sector"},
        Row{{"A;1", 30, 1, 0, "NM\3\1x"}, "/: A;1: a system use field leaves its area"},
        Row{{"A;1", 30, 1, 0, "NM\xFF\1xyz"}, "/: A;1: a system use field leaves its area"},
        Row{{"A;1", 30, 1, 0, "NM\4\1"}, "/: A;1: a NM field is too short"},
        Row{{"A;1", 30, 1, 0, test::susp("PX", "12345678")}, "/: A;1: a PX field is too short"},
        Row{{"A;1", 30, 1, 0, test::susp("TF", "\2123")}, "/: A;1: a TF field is too short"},
        Row{{"A;1", 30, 1, 0, test::susp("CE", "1234")}, "/: A;1: a CE field is too short"},
        Row{{"A;1", 30, 1, 0, test::susp("CL", "1234")}, "/: A;1: a CL field is too short"},
        Row{{"A;1", 30, 1, 0, test::susp("SL", "\0\0\xFFx"sv)},
            "/: A;1: a part of a link's target leaves its SL field"},
        Row{{"A;1", 30, 1, 0, test::ce(0xFFFFFFFF, 0xFFFFFFFF, 28)},
            "/: A;1: continuation area at block 4294967295: the end came too early"},
        Row{{"A;1", 30, 1, 0, test::ce(30, 0, 0xFFFFFFFF)},
            "/: A;1: a continuation area of 4294967295 bytes"},
        Row{{"A;1", 30, 1, 0, test::susp("CL", test::both32(30)) + test::px(040755)},
            "/: a directory record is too short"},
        Row{{"A;1", 30, 1, 0, test::susp("CL", test::both32(50)) + test::px(040755)},
            "/: sector 50: the end came too early"});
    CHECK(error_of(image_of(row.record)) == row.error);
}

TEST_CASE("iso: a continuation area that is its own continuation ends", "[iso][hostile]")
{
    auto bytes = image_of({"A;1", 30, 1, 0, test::ce(24, 0, 28)});
    test::put(bytes, 24 * kSector, test::ce(24, 0, 28));
    CHECK(error_of(bytes) == "/: A;1: its system use goes on for ever");
}

TEST_CASE("iso: names that lead elsewhere and files that cannot be read are left out",
          "[iso][hostile]")
{
    struct Row {
        RawRecord record;
        const char* problem;
    };
    const auto mode = test::px(0100644);
    const auto row = GENERATE_COPY(
        Row{{"A;1", 30, 1, 0, test::nm("..")}, "/..: its name stands for a directory"},
        Row{{"A;1", 30, 1, 0, test::nm(".")}, "/.: its name stands for a directory"},
        Row{{"A;1", 30, 1, 0, test::nm("", 4)}, "/: its name stands for a directory"},
        Row{{"A;1", 30, 1, 0, test::nm("../etc/passwd")}, "/../etc/passwd: its name holds a slash"},
        Row{{"A;1", 30, 1, 0, test::nm("a\0b"sv)}, "/a\\x00b: its name holds a NUL byte"},
        Row{{"A;1", 30, 1, 0, test::susp("NM", "\0"sv)}, "/: its name is empty"},
        Row{{"../A;1", 30, 1, 0, mode}, "/../a: its name holds a slash"},
        Row{{";1", 30, 1, 0, mode}, "/: its name is empty"},
        Row{{"..;1", 30, 1, 0, mode}, "/.: its name stands for a directory"},
        Row{{"A;1", 30, 1, 0, test::px(0040755)}, "/a: is a directory here and none there"},
        Row{{"A", 30, 1, 2, test::px(0100755)}, "/a: is a directory here and none there"},
        Row{{"A", 30, 1, 0, test::susp("CL", test::both32(18)) + mode},
            "/a: is a directory here and none there"},
        Row{{"A;1", 30, 1, 0, test::px(0120777)}, "/a: is a link without a target"},
        Row{{"A;1", 30, 1, 0, test::px(0120777) + test::susp("SL", "\0\0\1\0"sv)},
            "/a: its target holds a NUL byte"},
        Row{{"A;1", 30, 1, 0, test::susp("ZF", "pz345678901")}, "/a: is compressed (zisofs)"},
        Row{{"A;1", 30, 1, 0, test::susp("SF", "12345678")}, "/a: is recorded as a sparse file"});
    const auto bytes = image_of(row.record);
    const auto image = open_iso(MemorySource(bytes));
    REQUIRE(image);
    CHECK(image->entries.empty());
    CHECK(image->problems == std::vector<std::string>{row.problem});
}

TEST_CASE("iso: an interleaved file is left out", "[iso][hostile]")
{
    auto bytes = image_of({"A;1", 30, 1});
    const auto record =
        kRootSector * kSector + bytes.substr(kRootSector * kSector).find("A;1") - 33;
    test::put(bytes, record + 26, "\1\1");
    CHECK(open_iso(MemorySource(bytes)).value().problems ==
          std::vector<std::string>{"/a: is interleaved"});
}

TEST_CASE("iso: long names and paths are left out", "[iso][hostile]")
{
    const std::string half(200, 'n');
    auto bytes = image_of({"A;1", 30, 1, 0, test::nm("x", 1) + test::ce(24, 0, 410)});
    test::put(bytes, 24 * kSector, test::nm(half, 1) + test::nm(half));
    CHECK(open_iso(MemorySource(bytes)).value().problems ==
          std::vector<std::string>{"/x" + half + half + ": its name is too long"});
}

TEST_CASE("iso: of two entries with one name the first counts", "[iso][hostile]")
{
    const auto bytes = test::raw_image(
        {{"A;1", 30, 1, 0, test::nm("same")}, {"B;1", 30, 2, 0, test::nm("same")}}, 40);
    const auto image = open_iso(MemorySource(bytes)).value();
    REQUIRE(image.entries.size() == 1);
    CHECK(image.entries.at(0).size == 1);
    CHECK(image.problems == std::vector<std::string>{"/same: stands there twice"});
}

TEST_CASE("iso: a directory that contains itself is refused", "[iso][hostile]")
{
    SECTION("at once")
    {
        const auto bytes = image_of({"LOOP", kRootSector, 2048, kDirectoryFlag});
        CHECK(error_of(bytes) == "/loop: contains itself");
    }
    SECTION("two levels below")
    {
        auto bytes = image_of({"A", 24, 2048, kDirectoryFlag});
        test::put(bytes, 24 * kSector,
                  test::raw_directory(24, 2048, {{"B", 25, 2048, kDirectoryFlag}}));
        test::put(bytes, 25 * kSector,
                  test::raw_directory(25, 2048, {{"C", 24, 2048, kDirectoryFlag}}));
        CHECK(error_of(bytes) == "/a/b/c: contains itself");
    }
    SECTION("by way of a moved directory")
    {
        const auto bytes = image_of(
            {"A", 0, 0, 0, test::susp("CL", test::both32(kRootSector)) + test::px(040755)});
        CHECK(error_of(bytes) == "/a: contains itself");
    }
}

TEST_CASE("iso: depth has an end", "[iso][hostile]")
{
    auto nested = [](std::uint32_t depth) {
        auto bytes = test::raw_image({{"D", 24, 2048, kDirectoryFlag}}, 30 + depth);
        for (std::uint32_t i = 0; i < depth; ++i) {
            std::vector<RawRecord> inside;
            if (i + 1 < depth) inside.push_back({"D", 25 + i, 2048, kDirectoryFlag});
            test::put(bytes, (24 + i) * kSector, test::raw_directory(24 + i, 2048, inside));
        }
        return bytes;
    };
    CHECK(error_of(nested(kMaxIsoDepth)) == "none");
    CHECK(error_of(nested(kMaxIsoDepth + 1)) == "directories more than 64 deep");
}

TEST_CASE("iso: a hundred thousand entries are too many", "[iso][hostile]")
{
    const auto record = test::raw_record({"A;1", 30, 1});
    std::string sector;
    while (sector.size() + record.size() <= kSector)
        sector += record;
    const auto per_sector = sector.size() / record.size();
    sector.resize(kSector);
    const auto sectors = static_cast<std::uint32_t>(100000 / per_sector);
    auto bytes = test::raw_image({{"D", 40, sectors * 2048, kDirectoryFlag}}, 40 + sectors, false);
    for (std::uint32_t i = 0; i < sectors; ++i)
        test::put(bytes, (40 + i) * kSector, sector);
    CHECK(error_of(bytes) == "/d: the image has more than 65536 entries");
}

TEST_CASE("iso: directories that multiply cost bounded time", "[iso][hostile]")
{
    // Each level holds the next one 50 times: 50 to the power of 12 directories, mostly empty
    // space.
    constexpr std::uint32_t kSectors = 20;
    constexpr auto kSize = static_cast<std::uint32_t>(kSectors * kSector);
    std::string bytes = test::raw_image({{"D", 40, kSize, kDirectoryFlag}}, 40 + 14 * kSectors);
    for (std::uint32_t level = 0; level < 12; ++level) {
        const auto here = 40 + level * kSectors;
        const RawRecord next{"D", here + kSectors, kSize, kDirectoryFlag};
        std::vector<RawRecord> inside(50, next);
        for (std::size_t i = 0; i < inside.size(); ++i)
            inside[i].name += std::to_string(i);
        test::put(bytes, here * kSector, test::raw_directory(here, kSize, inside));
    }
    const auto error = error_of(bytes);
    CHECK(error.ends_with("its directories are larger than 64 MiB"));
}

TEST_CASE("iso: problems are counted when there are too many", "[iso][hostile]")
{
    const std::vector<RawRecord> records(150, {"A;1", 30, 1, 0, test::nm("..")});
    auto bytes = test::raw_image(records, 60);
    const auto image = open_iso(MemorySource(bytes)).value();
    CHECK(image.problems.size() == kMaxDiagnostics);
    CHECK(image.unlisted == 50);
}

TEST_CASE("iso: an image cut off anywhere is noticed", "[iso][hostile]")
{
    const auto file = GENERATE("genisoimage.iso", "xorriso.iso", "joliet.iso", "plain.iso");
    const auto whole = golden(file);
    const auto sectors = whole.size() / kSector;
    for (std::size_t kept = 0; kept < sectors; ++kept) {
        CAPTURE(kept);
        const auto bytes = whole.substr(0, kept * kSector);
        const auto image = open_iso(MemorySource(bytes));
        if (image)
            CHECK(image->problems ==
                  std::vector<std::string>{"the image is cut off: " + std::to_string(bytes.size()) +
                                           " of " + std::to_string(whole.size()) + " bytes"});
        CHECK(broken_promise(bytes).empty());
    }
}

TEST_CASE("iso: no change of bytes breaks a promise", "[iso][hostile]")
{
    const auto file = GENERATE("genisoimage.iso", "xorriso.iso", "joliet.iso", "deep.iso");
    const auto whole = golden(file);
    // Where the structure is; the rest are files and zeros.
    std::vector<std::size_t> places;
    for (std::size_t at = 16 * kSector; at < whole.size(); ++at) {
        if (whole[at] != '\0') places.push_back(at);
    }
    std::minstd_rand random(20260117);
    for (unsigned round = 0; round < 600; ++round) {
        auto bytes = whole;
        for (unsigned flips = 1 + static_cast<unsigned>(random() % 4); flips > 0; --flips)
            bytes[places[random() % places.size()]] = static_cast<char>(random() >> 8U);
        const auto broken = broken_promise(bytes);
        if (!broken.empty()) FAIL("round " << round << ": " << broken);
    }
}

}  // namespace onectx
