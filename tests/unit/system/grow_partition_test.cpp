// The executor on a disk that is a file below the root: what is written, saved, told and refused.
#include "guest/system/disk/grow_partition.h"

#include <sys/file.h>

#include "common/partition_table.h"
#include "guest/system/apply.h"
#include "posix/file_source.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx {

using test::read_file;
using test::run_program;
using test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMiB = 1U << 20U;

struct ToldKernel : SystemKernel {
    std::string told;
    Result<void> resize_partition(int, unsigned number, std::uint64_t start,
                                  std::uint64_t bytes) override
    {
        told += std::to_string(number) + " " + std::to_string(start / kMiB) + " " +
                std::to_string(bytes / kMiB);
        return {};
    }
};

struct Disk {
    TemporaryFolder folder;
    Root root = std::move(*Root::open(folder.path().string()));
    fs::path path = folder.path() / "dev/vda";
    ToldKernel kernel;
    GrowPartition change{.disk = "/dev/vda",
                         .number = 1,
                         .from = 9 * kMiB,
                         .to = 18 * kMiB,
                         .planned_from = {},
                         .path = "/var/lib/onectx/vda.sfdisk"};

    Disk()
    {
        fs::create_directories(path.parent_path());
        REQUIRE(run_program({"/bin/sh", "-c",
                             "truncate -s 11M " + path.string() +
                                 " && printf 'label: gpt\\n1 : start=2048, size=18432\\n' | "
                                 "sfdisk -q " +
                                 path.string() + " && truncate -s 20M " + path.string()})
                    .status == 0);
        change.planned_from = growth().digest;
    }

    PartitionGrowth growth()
    {
        auto source = FileSource::open(path.string());
        REQUIRE(source);
        auto growth = grow_partition(*source, 512, 1);
        REQUIRE(growth);
        return *growth;
    }

    [[nodiscard]] std::string digest() const
    {
        return run_program({"/usr/bin/sha256sum", path.string()}).out;
    }

    std::string grow()
    {
        auto made = make_grow_partition(change, root, kernel);
        return made ? "" : made.error().message;
    }
};

}  // namespace

TEST_CASE("a table is saved, written and told of", "[growing]")
{
    Disk disk;
    const auto table = disk.growth().table;
    CHECK(disk.grow() == "");
    CHECK(disk.kernel.told == "1 1 18");
    CHECK(read_file(disk.folder.path() / "var/lib/onectx/vda.sfdisk") == table);
    CHECK((fs::status(disk.folder.path() / "var/lib/onectx/vda.sfdisk").permissions() ==
           (fs::perms::owner_read | fs::perms::owner_write)));
    CHECK(disk.growth().writes.empty());
    CHECK(disk.growth().from == 18 * kMiB);
    CHECK(run_program({"/usr/sbin/sgdisk", "-v", disk.path.string()}).out.find("No problems") !=
          std::string::npos);
    // Once more with what is true now: the kernel alone is told.
    disk.change.planned_from = disk.growth().digest;
    fs::remove(disk.folder.path() / "var/lib/onectx/vda.sfdisk");
    CHECK(disk.grow() == "");
    CHECK(disk.kernel.told == "1 1 181 1 18");
    CHECK_FALSE(fs::exists(disk.folder.path() / "var/lib/onectx/vda.sfdisk"));
}

TEST_CASE("a table that somebody changed meanwhile is not touched", "[growing]")
{
    Disk disk;
    const auto before = disk.digest();
    disk.change.planned_from = std::string(64, '0');
    CHECK(disk.grow() == "its table has changed since this was planned");
    disk.change.planned_from = disk.growth().digest;
    disk.change.to = 17 * kMiB;
    CHECK(disk.grow() == "its table has changed since this was planned");
    CHECK(disk.digest() == before);
    CHECK(disk.kernel.told.empty());
}

TEST_CASE("without a saved table nothing is written", "[growing]")
{
    Disk disk;
    const auto before = disk.digest();
    test::write_file(disk.folder.path() / "var/lib/onectx", "in the way");
    CHECK(disk.grow() == "save its table to /var/lib/onectx/vda.sfdisk: File exists");
    CHECK(disk.digest() == before);
    CHECK(disk.kernel.told.empty());
    disk.change.disk = "/dev/vdb";
    CHECK(disk.grow() == "open /dev/vdb: No such file or directory");
}

TEST_CASE("each change of such a step is attempted", "[growing]")
{
    struct Failing : ToldKernel {
        Result<void> grow_file_system(const GrowFileSystem& change) override
        {
            told += change.mount_point;
            if (change.mount_point == "/b") return {};
            return fail("grow " + change.mount_point + ": Invalid argument");
        }
    } kernel;
    Disk disk;
    SystemRunner runner;
    Step step{.name = "growing",
              .changes = {GrowFileSystem{"/a", "ext4", 1, 2}, GrowFileSystem{"/b", "ext4", 1, 2},
                          GrowFileSystem{"/c", "ext4", 1, 2}}};
    step.attempt_all = true;
    auto replan = [](std::string_view) -> Result<Step> { return fail("not planned again"); };
    const auto report = apply({.steps = {step}}, disk.root, runner, kernel, replan, {});
    CHECK(kernel.told == "/a/b/c");
    CHECK(report.steps[0].message == "grow /a: Invalid argument; grow /c: Invalid argument");
    CHECK(report.failed());
}

}  // namespace onectx
