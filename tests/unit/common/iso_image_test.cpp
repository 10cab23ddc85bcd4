// The ISO reader on images as people's tools write them (tests/golden/iso), and on hand-made ones
// for what those do not do. Hostile images: iso_hostile_test.cpp.
#include "common/iso_image.h"

#include <cerrno>

#include "common/iso_record.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/iso_maker.h"

using std::string_view_literals::operator""sv;

namespace onectx {
namespace {

std::string golden(const std::string& name)
{
    return test::read_file(test::source_folder() / "tests/golden/iso" / name);
}

// One line an entry: "-0400 0:0 163 /context.sh".
std::string listing(const IsoImage& image)
{
    std::string text;
    for (const auto& entry : image.entries) {
        text += "-dl?"sv[static_cast<std::size_t>(entry.type)];
        for (unsigned shift : {9U, 6U, 3U, 0U})
            text += static_cast<char>('0' + (entry.mode >> shift & 7U));
        text += " " + std::to_string(entry.uid) + ":" + std::to_string(entry.gid) + " " +
                std::to_string(entry.size) + " " + entry.path;
        if (!entry.target.empty()) text += " -> " + entry.target;
        text += "\n";
    }
    return text;
}

struct Opened {
    IsoImage image;
    std::string text;
};

Opened open_good(const std::string& bytes)
{
    auto image = open_iso(MemorySource(bytes));
    if (!image) FAIL(image.error().message);
    CHECK(image->problems == std::vector<std::string>{});
    return {*image, listing(*image)};
}

class BrokenMedium : public ByteSource {
  public:
    std::uint64_t size() const override { return 1U << 20U; }
    Result<void> read_at(std::uint64_t, std::span<std::byte>) const override
    {
        return fail_errno("read", EIO);
    }
};

constexpr auto kRockRidgeListing =
    "-0444 0:0 8 /Füße mit Blank.txt\n"
    "-0400 0:0 163 /context.sh\n"
    "-0555 0:0 17 /init.sh\n"
    "d0555 0:0 0 /scripts\n"
    "-0644 0:0 41 /scripts/a-longer-name-than-8.3.conf\n"
    "l0777 0:0 0 /scripts/link -> ../context.sh\n"sv;

}  // namespace

TEST_CASE("iso: images of several tools list alike", "[iso]")
{
    struct Row {
        const char* file;
        bool joliet;
        bool rock_ridge;
        std::string_view listing;
    };
    auto row = GENERATE(Row{"genisoimage.iso", true, true, kRockRidgeListing},
                        Row{"xorriso.iso", true, true, kRockRidgeListing},
                        Row{"relocated.iso", true, true, kRockRidgeListing},
                        Row{"joliet.iso", true, false,
                            "-0555 0:0 8 /Füße mit Blank.txt\n"
                            "-0555 0:0 163 /context.sh\n"
                            "-0555 0:0 17 /init.sh\n"
                            "d0555 0:0 0 /scripts\n"
                            "-0555 0:0 41 /scripts/a-longer-name-than-8.3.conf\n"},
                        Row{"plain.iso", false, false,
                            "-0555 0:0 163 /context.sh\n"
                            "-0555 0:0 8 /f____e_m.txt\n"
                            "-0555 0:0 17 /init.sh\n"
                            "d0555 0:0 0 /scripts\n"
                            "-0555 0:0 41 /scripts/a_longer.con\n"},
                        Row{"deep.iso", false, true,
                            "d0755 0:0 0 /1\n"
                            "d0755 0:0 0 /1/2\n"
                            "d0755 0:0 0 /1/2/3\n"
                            "d0755 0:0 0 /1/2/3/4\n"
                            "d0755 0:0 0 /1/2/3/4/5\n"
                            "d0755 0:0 0 /1/2/3/4/5/6\n"
                            "d0755 0:0 0 /1/2/3/4/5/6/7\n"
                            "d0755 0:0 0 /1/2/3/4/5/6/7/8\n"
                            "d0755 0:0 0 /1/2/3/4/5/6/7/8/9\n"
                            "d0755 0:0 0 /1/2/3/4/5/6/7/8/9/10\n"
                            "-0644 0:0 5 /1/2/3/4/5/6/7/8/9/10/file\n"
                            "d0555 0:0 0 /rr_moved\n"});
    CAPTURE(row.file);
    const auto bytes = golden(row.file);
    const auto [image, text] = open_good(bytes);
    CHECK(image.label == "CONTEXT");
    CHECK(image.size == bytes.size());
    CHECK(image.joliet == row.joliet);
    CHECK(image.rock_ridge == row.rock_ridge);
    CHECK(text == row.listing);
    CHECK(volume_label(MemorySource(bytes)).value() == "CONTEXT");
}

TEST_CASE("iso: files are read whole and in pieces", "[iso]")
{
    auto file = GENERATE("genisoimage.iso", "xorriso.iso", "joliet.iso", "plain.iso");
    const auto bytes = golden(file);
    const MemorySource source(bytes);
    const auto image = open_good(bytes).image;
    const auto* entry = image.find("/init.sh");
    REQUIRE(entry != nullptr);
    CHECK(entry->mtime == 1700000000);
    CHECK(read_file(source, *entry, 17).value() == "#!/bin/sh\nexit 0\n");
    CHECK(read_file(source, *entry, 16).error().message == "/init.sh: larger than 16 bytes");
    const auto stop = read_file(source, *entry, [](std::string_view) { return fail("enough"); });
    CHECK(stop.error().message == "enough");
    CHECK(read_file(source, *image.find("/scripts"), 100).error().message ==
          "/scripts: is no regular file");
    CHECK(image.find("/scripts/") == nullptr);
}

TEST_CASE("iso: a file in several parts is one", "[iso]")
{
    constexpr auto kBig = static_cast<std::uint32_t>(50 * test::kSector);
    auto bytes = test::raw_image({{"BIG.BIN;1", 30, kBig, 0x80}, {"BIG.BIN;1", 90, 5}}, 100, false);
    test::put(bytes, 30 * test::kSector, std::string(kBig, 'a'));
    test::put(bytes, 90 * test::kSector, "tail\n");
    const auto [image, text] = open_good(bytes);
    CHECK(text == "-0555 0:0 102405 /big.bin\n");
    std::vector<std::size_t> pieces;
    std::string content;
    REQUIRE(read_file(MemorySource(bytes), image.entries.at(0),
                      [&](std::string_view piece) -> Result<void> {
                          pieces.push_back(piece.size());
                          content += piece;
                          return {};
                      }));
    CHECK(pieces == std::vector<std::size_t>{65536, 36864, 5});
    CHECK(content == std::string(kBig, 'a') + "tail\n");
}

TEST_CASE("iso: Rock Ridge fields may go on elsewhere", "[iso]")
{
    const auto rest = test::nm("-and-the-rest") + test::px(0104755, 1000, 1001);
    auto bytes =
        test::raw_image({{"A;1", 30, 1, 0, test::nm("name", 1) + test::ce(24, 100, 28)}}, 40);
    test::put(bytes, 24 * test::kSector + 100,
              test::ce(25, 0, static_cast<std::uint32_t>(rest.size())));
    test::put(bytes, 25 * test::kSector, rest);
    CHECK(open_good(bytes).text == "-4755 1000:1001 1 /name-and-the-rest\n");
}

TEST_CASE("iso: targets of links are put together", "[iso]")
{
    struct Row {
        std::string fields;
        std::string target;
    };
    const auto row = GENERATE(
        Row{test::susp("SL", "\0\0\3etc\0\5hosts"sv), "etc/hosts"},
        Row{test::susp("SL", "\0\x08\0\0\3etc"sv), "/etc"},
        Row{test::susp("SL", "\0\x08\0"sv), "/"},
        Row{test::susp("SL", "\0\4\0\4\0\0\1a"sv), "../../a"},
        Row{test::susp("SL", "\0\2\0\0\1a"sv), "./a"},
        Row{test::susp("SL", "\1\1\2ab"sv) + test::susp("SL", "\0\0\2cd\0\1e"sv), "abcd/e"});
    const auto bytes = test::raw_image({{"L;1", 0, 0, 0, test::px(0120777) + row.fields}}, 40);
    CHECK(open_good(bytes).text == "l0777 0:0 0 /l -> " + row.target + "\n");
}

TEST_CASE("iso: times of Rock Ridge come first, in both forms", "[iso]")
{
    struct Row {
        std::string fields;
        std::int64_t time;
    };
    const auto row = GENERATE(Row{"", 1700000000}, Row{test::susp("TF", "\2\x46\1\1\0\0\0\0"sv), 0},
                              Row{test::susp("TF", "\1\x46\1\1\0\0\0\0"sv), 1700000000},
                              Row{test::susp("TF", "\3\0\0\0\0\0\0\0\x46\1\2\0\0\0\0"sv), 86400},
                              Row{test::susp("TF",
                                             "\x82"
                                             "2000022912000000\x04"sv),
                                  951822000});
    const auto bytes = test::raw_image({{"A;1", 30, 1, 0, row.fields}}, 40);
    CHECK(open_good(bytes).image.entries.at(0).mtime == row.time);
}

TEST_CASE("iso: recorded dates are seconds since the epoch", "[iso]")
{
    struct Row {
        std::string_view bytes;
        std::int64_t time;
    };
    auto row = GENERATE(Row{"\x46\1\1\0\0\0\0"sv, 0}, Row{"\x46\1\1\0\0\0\4"sv, -3600},
                        Row{"\x46\1\1\0\0\0\xFC"sv, 3600}, Row{"\x00\1\1\0\0\0\0"sv, -2208988800},
                        Row{"\x64\2\x1D\x0C\0\0\0"sv, 951825600}, Row{"\x46\0\1\0\0\0\0"sv, 0},
                        Row{"\x46\1\0\0\0\0\0"sv, 0}, Row{"\x7B\x0D\1\0\0\0\0"sv, 0},
                        Row{"\x7B\1\1\x18\0\0\0"sv, 0}, Row{"1970010200000000\0"sv, 86400},
                        Row{"2106020706281500\0"sv, 4294967295}, Row{"19700102 0000000\0"sv, 0},
                        Row{"short"sv, 0});
    CAPTURE(row.bytes);
    CHECK(iso_time(std::as_bytes(std::span(row.bytes))) == row.time);
}

TEST_CASE("iso: names read as Linux shows them", "[iso]")
{
    struct Row {
        std::string_view recorded, name;
    };
    SECTION("plain")
    {
        auto row = GENERATE(Row{"CONTEXT.SH;1", "context.sh"}, Row{"README.;1", "readme"},
                            Row{"DIR", "dir"}, Row{"A.B;2", "a.b.2"}, Row{"A.", "a."});
        CHECK(plain_iso_name(row.recorded) == row.name);
    }
    SECTION("Joliet")
    {
        auto row = GENERATE(Row{"\0A\0.\0s\0h\0;\0001"sv, "A.sh"}, Row{"\0A\0."sv, "A"},
                            Row{"\0\xFC"sv, "ü"}, Row{"\x20\xAC"sv, "€"},
                            Row{"\xD8\x3D\xDE\0"sv, "😀"}, Row{"\xD8\x3D"sv, "\uFFFD"},
                            Row{"\xDE\0\0a"sv, "\uFFFDa"}, Row{"\0a\0"sv, "a"}, Row{"\0/"sv, "/"});
        CHECK(joliet_name(row.recorded) == row.name);
    }
}

TEST_CASE("iso: a resource fork is no file, and CD-ROM XA may come before SUSP", "[iso]")
{
    auto bytes = test::raw_image({{"A;1", 30, 9, 4}, {"A;1", 30, 1}}, 40, false);
    CHECK(open_good(bytes).text == "-0555 0:0 1 /a\n");

    const auto xa = std::string("\0\0\0\0\x0D\x55XA\0\0\0\0\0\0", 14);
    const auto self =
        xa + test::susp("SP", "\xBE\xEF\x0E"sv) + test::susp("ER", "\x0A\0\0\1RRIP_1991A"sv);
    bytes = test::raw_image({}, 40);
    test::put(bytes, test::kRootSector * test::kSector,
              test::raw_directory(test::kRootSector, 2048,
                                  {{"A;1", 30, 1, 0, xa + test::nm("Name")}}, self));
    CHECK(open_good(bytes).text == "-0555 0:0 1 /Name\n");
}

TEST_CASE("iso: a medium that fails keeps its errno value", "[iso]")
{
    const BrokenMedium source;
    CHECK(open_iso(source).error() == Error{"sector 16: read: Input/output error", EIO});
    CHECK(volume_label(source).error().code == EIO);
}

}  // namespace onectx
