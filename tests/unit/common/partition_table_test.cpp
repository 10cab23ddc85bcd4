// Partition tables as sfdisk makes them, grown by us and read by sfdisk and sgdisk again. After
// every prefix of the writes the table is read as Linux does: whole, with each partition in place.
#include "common/partition_table.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "common/little_endian.h"
#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1U << 20U;

class FileBytes : public ByteSource {
  public:
    explicit FileBytes(const fs::path& path) : path_(path), size_(fs::file_size(path)) {}

    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] Result<void> read_at(std::uint64_t offset,
                                       std::span<std::byte> into) const override
    {
        if (offset + into.size() > size_) return fail("the end came too early");
        std::ifstream file(path_, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(offset));
        file.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
        return {};
    }

  private:
    fs::path path_;
    std::uint64_t size_;
};

// A disk in a file, divided by sfdisk(8) and then made larger.
class Disk {
  public:
    explicit Disk(const Disk& other) : path_(folder_.path() / "disk")
    {
        fs::copy_file(other.path_, path_);
    }
    Disk& operator=(const Disk&) = delete;
    Disk(std::uint64_t mib, const std::string& script) : path_(folder_.path() / "disk")
    {
        std::ofstream(path_).flush();
        resize(mib);
        write_file(folder_.path() / "script", script);
        const auto made = run_program(
            {"/bin/sh", "-c",
             "sfdisk -q '" + path_.string() + "' <'" + (folder_.path() / "script").string() + "'"});
        CAPTURE(made.err);
        REQUIRE(made.status == 0);
    }

    void resize(std::uint64_t mib) { fs::resize_file(path_, mib * kMiB); }

    [[nodiscard]] std::string bytes() const { return read_file(path_); }
    [[nodiscard]] Result<PartitionGrowth> growth(unsigned number) const
    {
        return grow_partition(FileBytes(path_), 512, number);
    }
    void write(const TableWrite& write)
    {
        std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(write.offset));
        file.write(write.bytes.data(), static_cast<std::streamsize>(write.bytes.size()));
    }

    // "2048 4096 83": start, size and the rest of each partition, by number.
    [[nodiscard]] std::map<unsigned, std::string> partitions() const
    {
        const auto dumped = run_program({"/usr/sbin/sfdisk", "-d", path_.string()});
        CAPTURE(dumped.err);
        REQUIRE(dumped.status == 0);
        std::map<unsigned, std::string> found;
        for (const auto line : split_lines(dumped.out)) {
            const auto colon = line.find(" : ");
            if (colon == std::string_view::npos) continue;
            const auto name = line.substr(path_.string().size(), colon - path_.string().size());
            found[static_cast<unsigned>(*parse_number(trim(name), 1, 999))] =
                std::string(line.substr(colon + 3));
        }
        return found;
    }

    // What the verifiers have to say; empty when nothing is wrong.
    [[nodiscard]] std::string faults(bool gpt) const
    {
        auto checked = run_program({"/usr/sbin/sfdisk", "--verify", path_.string()});
        std::string text = checked.err;
        if (checked.status != 0) text += "sfdisk failed";
        if (!gpt) return text;
        checked = run_program({"/usr/sbin/sgdisk", "-v", path_.string()});
        if (checked.out.find("No problems found") == std::string::npos) text += checked.out;
        return text;
    }

    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    TemporaryFolder folder_;
    fs::path path_;
};

PartitionGrowth grown(Disk& disk, unsigned number)
{
    auto growth = disk.growth(number);
    INFO((growth ? "" : growth.error().message));
    REQUIRE(growth);
    for (const auto& write : growth->writes)
        disk.write(write);
    return *growth;
}

std::string error_of(const std::string& bytes, unsigned number)
{
    auto growth = grow_partition(MemorySource(bytes), 512, number);
    return growth ? "" : growth.error().message;
}

constexpr const char* kGpt =
    "label: gpt\nlabel-id: 11111111-2222-3333-4444-555555555555\n"
    "1 : start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, attrs=\"GUID:60\"\n"
    "14 : start=4096, size=2048, name=\"e \xC3\xA4 x\", attrs=\"LegacyBIOSBootable\"\n"
    "2 : start=6144, size=4096\n";

constexpr const char* kMbr =
    "label: dos\nlabel-id: 0x12345678\n"
    "1 : start=2048, size=4096, type=83, bootable\n"
    "2 : start=6144, size=14336, type=5\n"
    "5 : start=8192, size=2048, type=82\n"
    "6 : start=12288, size=4096, type=8e\n";

}  // namespace

TEST_CASE("the last partition of a GPT takes what a disk gained", "[partition]")
{
    Disk disk(16, kGpt);
    const auto before = disk.partitions();
    disk.resize(32);
    const auto growth = grown(disk, 2);
    CHECK(growth.start == 6144 * 512);
    CHECK(growth.from == 4096 * 512);
    CHECK(growth.to == 31 * kMiB - 6144 * 512);
    CHECK(disk.faults(true) == "");

    auto expected = before;
    auto& line = expected[2];
    line.replace(line.find("size=        4096"), 17, "size=       57344");
    CHECK(disk.partitions() == expected);
    // And once more there is nothing to do.
    CHECK(grown(disk, 2).writes.empty());
    CHECK(disk.faults(true) == "");
}

TEST_CASE("the text that is kept makes the same table again", "[partition]")
{
    for (const std::string script : {kGpt, kMbr}) {
        Disk disk(16, script);
        const auto growth = disk.growth(1);
        REQUIRE(growth);
        INFO(growth->table);
        Disk again(16, growth->table);
        CHECK(again.partitions() == disk.partitions());
    }
}

TEST_CASE("a partition takes the gap up to the next one and no more", "[partition]")
{
    Disk disk(64, "label: gpt\n1 : start=2048, size=2048\n2 : start=20480, size=2048\n");
    CHECK(grown(disk, 1).to == 9 * kMiB);
    CHECK(grown(disk, 1).writes.empty());
    CHECK(disk.faults(true) == "");
    Disk full(64, "label: gpt\n1 : start=2048, size=2048\n2 : start=4096, size=2048\n");
    full.resize(128);
    CHECK(grown(full, 1).writes.empty());
}

TEST_CASE("a primary partition of an MBR takes what a disk gained", "[partition]")
{
    Disk disk(8, "label: dos\n1 : start=2048, size=4096, type=83\n");
    disk.resize(40);
    const auto growth = grown(disk, 1);
    CHECK(growth.to == 39 * kMiB);
    CHECK(growth.writes.size() == 1);
    CHECK(disk.faults(false) == "");
    CHECK(disk.partitions()[1] == "start=        2048, size=       79872, type=83");
    CHECK(grown(disk, 1).writes.empty());
}

TEST_CASE("with a logical partition the extended one grows", "[partition]")
{
    Disk disk(11, kMbr);
    disk.resize(64);
    const auto growth = grown(disk, 6);
    CHECK(growth.start == 6 * kMiB);
    CHECK(growth.from == 2 * kMiB);
    CHECK(growth.to == 58 * kMiB);
    CHECK(growth.writes.size() == 3);
    CHECK(disk.faults(false) == "");
    CHECK(disk.partitions() == std::map<unsigned, std::string>{
                                   {1, "start=        2048, size=        4096, type=83, bootable"},
                                   {2, "start=        6144, size=      124928, type=5"},
                                   {5, "start=        8192, size=        2048, type=82"},
                                   {6, "start=       12288, size=      118784, type=8e"}});
    CHECK(grown(disk, 6).writes.empty());
    // The first logical one ends where the record of the second begins, one sector before it.
    CHECK(grown(disk, 5).writes.empty());
    CHECK(grown(disk, 1).writes.empty());
}

TEST_CASE("a logical partition behind which there is only room in the extended one", "[partition]")
{
    Disk disk(32,
              "label: dos\n1 : start=2048, size=4096, type=83\n"
              "2 : start=6144, size=30000, type=f\n5 : start=8192, size=2048\n"
              "3 : start=40960, size=2048\n");
    CHECK(grown(disk, 5).to == 16 * kMiB);
    CHECK(disk.faults(false) == "");
    CHECK(disk.partitions()[2] == "start=        6144, size=       34816, type=f");
}

TEST_CASE("an MBR ends at two terabytes", "[partition]")
{
    class Huge : public ByteSource {
      public:
        explicit Huge(std::string start) : start_(std::move(start)) {}
        [[nodiscard]] std::uint64_t size() const override { return 3ULL << 40U; }
        [[nodiscard]] Result<void> read_at(std::uint64_t offset,
                                           std::span<std::byte> into) const override
        {
            return MemorySource(start_).read_at(offset, into);
        }

      private:
        std::string start_;
    };
    Disk disk(4, "label: dos\n1 : start=2048, size=4096, type=83\n");
    const auto growth = grow_partition(Huge(disk.bytes()), 512, 1);
    REQUIRE(growth);
    CHECK(growth->start + growth->to == (2ULL << 40U) - kMiB);
}

TEST_CASE("after any number of the writes every partition is in its place", "[partition]")
{
    struct Row {
        std::string script;
        unsigned number;
        std::uint64_t from_mib;
        std::uint64_t to_mib;
    };
    for (const auto& [script, number, from, to] :
         std::vector<Row>{{kGpt, 2, 16, 32}, {kGpt, 2, 16, 16}, {kMbr, 6, 11, 64}}) {
        Disk model(from, script);
        const auto before = model.partitions();
        model.resize(to);
        const auto growth = model.growth(number);
        REQUIRE(growth);
        REQUIRE_FALSE(growth->writes.empty());
        for (std::size_t made = 0; made <= growth->writes.size(); ++made) {
            CAPTURE(script, made);
            Disk disk(model);
            for (std::size_t i = 0; i < made; ++i)
                disk.write(growth->writes[i]);
            // Read by us, which refuses a primary GPT that is not whole.
            const auto seen = disk.growth(number);
            REQUIRE(seen);
            CHECK(seen->start == growth->start);
            CHECK((seen->from == growth->from || seen->from == growth->to));
            // And by another program, whose start of every partition is still the same.
            const auto after = disk.partitions();
            for (const auto& [other, line] : before) {
                const auto start = line.substr(0, line.find(','));
                REQUIRE(after.contains(other));
                CHECK(after.at(other).substr(0, after.at(other).find(',')) == start);
                if (other != number && !line.ends_with("type=5"))
                    CHECK(after.at(other).substr(0, 40) == line.substr(0, 40));
            }
            // The next run finishes it, in at most two steps.
            grown(disk, number);
            grown(disk, number);
            CHECK(grown(disk, number).from == growth->to);
            CHECK(disk.faults(script == kGpt) == "");
        }
    }
}

TEST_CASE("tables that are left alone", "[partition]")
{
    Disk disk(16, kGpt);
    const auto good = disk.bytes().substr(0, 16 * kMiB);
    auto with = [&](std::size_t at, char byte) {
        auto bytes = good;
        bytes[at] = byte;
        return bytes;
    };
    CHECK(error_of(std::string(kMiB, '\0'), 1) == "it is neither GPT nor MBR");
    CHECK(error_of(good.substr(0, 512), 1) == "the end came too early");
    CHECK(error_of(good, 3) == "it has no partition 3");
    CHECK(error_of(good, 0) == "it has no partition 0");
    CHECK(error_of(good, 129) == "it has no partition 129");
    CHECK(error_of(with(512, 'X'), 2) ==
          "the primary GPT is damaged (no GPT header); gdisk(8) can repair it");
    CHECK(error_of(with(512 + 40, 'X'), 2) ==
          "the primary GPT is damaged (a header with a wrong check sum); gdisk(8) can repair it");
    CHECK(error_of(with(1024 + 300, 'X'), 2) ==
          "the primary GPT is damaged (wrong check sum of its entries); gdisk(8) can repair it");
    CHECK(error_of(with(512 + 12, 1), 2) ==
          "the primary GPT is damaged (a header of wrong size); gdisk(8) can repair it");
    CHECK(error_of(good.substr(0, 8 * kMiB), 2) == "the GPT is made for a larger disk");
    auto hybrid = good;
    hybrid[446 + 16 + 4] = 0x0C;
    CHECK(error_of(hybrid, 2) == "a hybrid of GPT and MBR, which other systems read otherwise");

    Disk logical(11, kMbr);
    const auto mbr = logical.bytes();
    auto changed = [&](std::size_t at, char byte) {
        auto bytes = mbr;
        bytes[at] = byte;
        return error_of(bytes, 6);
    };
    const std::size_t record = 6144 * 512;
    CHECK(error_of(mbr, 2) == "it has no partition 2");
    CHECK(error_of(mbr, 7) == "it has no partition 7");
    CHECK(changed(record + 510, 0) == "its chain of extended partitions is broken");
    CHECK(changed(446 + 32 + 4, 5) == "");  // an entry without a size is none
    CHECK(changed(record + 446 + 32 + 4, 1) == "");
    CHECK(changed(record + 446 + 16 + 4, '\x83') == "its extended partition is unusual");
    // A link that leads back to the first record.
    auto loop = mbr;
    put_le<std::uint32_t>(loop, (6144 + 4096) * 512 + 446 + 16 + 8, 4096);
    put_le<std::uint32_t>(loop, (6144 + 4096) * 512 + 446 + 16 + 12, 4096);
    loop[(6144 + 4096) * 512 + 446 + 16 + 4] = 5;
    const auto looped = error_of(loop, 6);
    CAPTURE(looped);
    CHECK_FALSE(looped.empty());
    CHECK(error_of(mbr.substr(0, 5 * kMiB), 6) == "partition 2 is not on the disk");
    auto overlapping = mbr;
    put_le<std::uint32_t>(overlapping, 446 + 12, 5000);
    CHECK(error_of(overlapping, 1) == "partitions overlap");
}

}  // namespace onectx::test
