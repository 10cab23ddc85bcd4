// Which layers below a file system are planned to grow, on trees that look like /sys.
#include "guest/plan/plan.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

constexpr std::uint64_t kMiB = 1U << 20U;

FileSystemSize ext4_of(std::uint64_t bytes)
{
    return {.blocks = bytes / 4096, .block_bytes = 4096, .group_blocks = 32768, .last_group = 600};
}

PhysicalVolume volume_of(std::uint64_t extents, std::uint64_t free_extents)
{
    return {.group = "vg",
            .extent_bytes = 4 * kMiB,
            .start = kMiB,
            .extents = extents,
            .free_extents = free_extents,
            .volumes = {{std::string(32, 'l'), "root"}}};
}

struct Storaged : Machine {
    Storaged() { context = context_of({{"GROW_ROOTFS", "YES"}}); }

    std::string base(const std::string& number) { return "/sys/dev/block/" + number; }

    void device(const std::string& number, const std::string& name, std::uint64_t bytes)
    {
        tree.link(base(number), "../../devices/" + name)
            .file("/sys/devices/" + name + "/dev", number + "\n")
            .file("/sys/devices/" + name + "/uevent",
                  "MAJOR=1\nDEVNAME=" + name.substr(name.rfind('/') + 1) + "\nDEVTYPE=x\n")
            .file("/sys/devices/" + name + "/size", std::to_string(bytes / 512) + "\n");
    }
    void partition(const std::string& number, const std::string& name, unsigned index,
                   std::uint64_t start, std::uint64_t bytes)
    {
        device(number, name, bytes);
        tree.file("/sys/devices/" + name + "/partition", std::to_string(index) + "\n")
            .file("/sys/devices/" + name + "/start", std::to_string(start / 512) + "\n");
        facts.storage.partitions[number] = {
            .start = start, .from = bytes, .to = bytes, .due = false, .digest = "d", .fault = {}};
    }
    void mapping(const std::string& number, const std::string& name, const std::string& uuid,
                 const Lines& slaves, std::uint64_t bytes)
    {
        const auto kernel_name = "dm-" + number.substr(number.find(':') + 1);
        device(number, kernel_name, bytes);
        tree.file("/sys/devices/" + kernel_name + "/dm/name", name + "\n")
            .file("/sys/devices/" + kernel_name + "/dm/uuid", uuid + "\n");
        for (const auto& slave : slaves)
            tree.link(
                "/sys/devices/" + kernel_name + "/slaves/" + slave.substr(slave.rfind('/') + 1),
                "../../" + slave);
    }
    void room(const std::string& number, std::uint64_t bytes)
    {
        facts.storage.partitions[number].to = bytes;
        facts.storage.partitions[number].due = true;
    }
    void file_system(const std::string& mount_point, const std::string& number, std::uint64_t bytes,
                     const std::string& type = "ext4")
    {
        facts.storage.file_systems.push_back({mount_point, type, number, ext4_of(bytes)});
    }

    Lines planned()
    {
        problems.clear();
        auto result = run(plan_growing);
        problems = to_lines(result.problems);
        CHECK(result.step.attempt_all);
        return paths_of(result.step);
    }
    Lines problems;
};

// /dev/vda1 at 1 MiB of a disk of 100 MiB that has become 200 MiB.
struct OnPartition : Storaged {
    OnPartition()
    {
        device("252:0", "vda", 200 * kMiB);
        partition("252:1", "vda/vda1", 1, kMiB, 99 * kMiB);
        room("252:1", 198 * kMiB);
        file_system("/", "252:1", 99 * kMiB);
    }
};

}  // namespace

TEST_CASE("a partition and its file system", "[growing]")
{
    OnPartition machine;
    CHECK(machine.planned() == Lines{"grow /dev/vda 1", "grow /"});
    const auto planned = machine.plan(plan_growing);
    REQUIRE(planned);
    CHECK(planned->step.changes ==
          std::vector<Change>{GrowPartition{.disk = "/dev/vda",
                                            .number = 1,
                                            .from = 99 * kMiB,
                                            .to = 198 * kMiB,
                                            .planned_from = "d",
                                            .path = "/var/lib/onectx/vda.sfdisk"},
                              GrowFileSystem{"/", "ext4", 99 * kMiB, 198 * kMiB}});
}

TEST_CASE("each layer is judged by itself", "[growing]")
{
    OnPartition machine;
    // The partition is there already, the file system was left behind.
    machine.device("252:1", "vda/vda1", 198 * kMiB);
    machine.facts.storage.partitions["252:1"] = {
        .start = kMiB, .from = 198 * kMiB, .to = 198 * kMiB};
    CHECK(machine.planned() == Lines{"grow /"});
    // The table says so and the kernel was not told.
    machine.device("252:1", "vda/vda1", 99 * kMiB);
    CHECK(machine.planned() == Lines{"grow /dev/vda 1", "grow /"});
    // All is as it should be.
    machine.device("252:1", "vda/vda1", 198 * kMiB);
    machine.facts.storage.file_systems[0].size = ext4_of(198 * kMiB);
    CHECK(machine.planned().empty());
    // A table that an earlier run could not finish.
    machine.facts.storage.partitions["252:1"].due = true;
    CHECK(machine.planned() == Lines{"grow /dev/vda 1"});
}

TEST_CASE("a table that cannot be grown, and what is on it", "[growing]")
{
    OnPartition machine;
    machine.facts.storage.partitions["252:1"].fault = "partitions overlap";
    CHECK(machine.planned().empty());
    CHECK(machine.problems ==
          Lines{"warning : /dev/vda1 is not grown: the partition table of /dev/vda: partitions "
                "overlap"});
    OnPartition other;
    other.facts.storage.partitions["252:1"].start = 2 * kMiB;
    CHECK(other.planned().empty());
    CHECK(other.problems == Lines{"warning : /dev/vda1 is not grown: the kernel does not know the "
                                  "partition table that is on /dev/vda"});
    OnPartition unreadable;
    unreadable.facts.storage.partitions.clear();
    CHECK(unreadable.planned().empty());
}

TEST_CASE("a file system on a whole disk", "[growing]")
{
    Storaged machine;
    machine.device("259:0", "nvme0n1", 200 * kMiB);
    machine.file_system("/", "259:0", 100 * kMiB);
    CHECK(machine.planned() == Lines{"grow /"});
}

TEST_CASE("an encrypted volume", "[growing]")
{
    Storaged machine;
    machine.device("252:0", "vda", 200 * kMiB);
    machine.partition("252:2", "vda/vda2", 2, kMiB, 99 * kMiB);
    machine.room("252:2", 198 * kMiB);
    machine.mapping("253:0", "crypt", "CRYPT-LUKS2-x-crypt", {"vda/vda2"}, 83 * kMiB);
    machine.file_system("/", "253:0", 83 * kMiB);
    auto& luks = machine.facts.storage.luks["252:2"];
    luks = {.version = 2, .offset = 16 * kMiB, .sector_bytes = 4096, .whole_device = true};
    CHECK(machine.planned() ==
          Lines{"grow /dev/vda 2", "run cryptsetup --batch-mode resize crypt", "grow /"});
    CHECK(machine.problems.empty());
    luks.key_in_keyring = true;
    CHECK(machine.planned() == Lines{"grow /dev/vda 2"});
    CHECK(machine.problems == Lines{"warning : /dev/mapper/crypt grows when it is opened next: "
                                    "resizing it now would ask for its passphrase"});
    luks.whole_device = false;
    CHECK(machine.planned() == Lines{"grow /dev/vda 2"});
    CHECK(machine.problems.empty());
    machine.facts.storage.luks.clear();
    CHECK(machine.planned() == Lines{"grow /dev/vda 2"});
}

TEST_CASE("a logical volume grows where guest.conf allows", "[growing]")
{
    Storaged machine;
    machine.device("252:0", "vda", 200 * kMiB);
    machine.partition("252:5", "vda/vda5", 5, kMiB, 97 * kMiB);
    machine.room("252:5", 197 * kMiB);
    const auto group = "LVM-" + std::string(32, 'g');
    machine.mapping("253:0", "vg-root", group + std::string(32, 'l'), {"vda/vda5"}, 96 * kMiB);
    machine.file_system("/", "253:0", 96 * kMiB);
    machine.facts.storage.physical_volumes["252:5"] = volume_of(24, 0);
    CHECK(machine.planned() == Lines{"grow /dev/vda 5", "run lvm pvresize /dev/vda5"});
    machine.policy.grow_logical_volumes = true;
    CHECK(machine.planned() == Lines{"grow /dev/vda 5", "run lvm pvresize /dev/vda5",
                                     "run lvm lvextend -l +100%FREE vg/root", "grow /"});
    // The physical volume has grown already, and the extents are free.
    machine.device("252:5", "vda/vda5", 197 * kMiB);
    machine.partition("252:5", "vda/vda5", 5, kMiB, 197 * kMiB);
    machine.facts.storage.physical_volumes["252:5"] = volume_of(49, 25);
    CHECK(machine.planned() == Lines{"run lvm lvextend -l +100%FREE vg/root", "grow /"});
    // Less than an extent is nothing.
    machine.facts.storage.physical_volumes["252:5"] = volume_of(49, 0);
    CHECK(machine.planned().empty());
    // A volume that is not linear, or of another group.
    machine.facts.storage.physical_volumes["252:5"] = volume_of(48, 0);
    machine.facts.storage.physical_volumes["252:5"].volumes.clear();
    CHECK(machine.planned() == Lines{"run lvm pvresize /dev/vda5"});
}

TEST_CASE("two volumes of one group share its disk, and the first takes what is free", "[growing]")
{
    Storaged machine;
    machine.context = context_of({{"GROW_FS", "/srv"}});
    machine.policy.grow_logical_volumes = true;
    machine.device("252:0", "vda", 200 * kMiB);
    const auto group = "LVM-" + std::string(32, 'g');
    machine.mapping("253:0", "vg-root", group + std::string(32, 'l'), {"vda"}, 40 * kMiB);
    machine.mapping("253:1", "vg-srv", group + std::string(32, 'm'), {"vda"}, 40 * kMiB);
    machine.file_system("/", "253:0", 40 * kMiB);
    machine.file_system("/srv", "253:1", 40 * kMiB);
    machine.facts.storage.physical_volumes["252:0"] = volume_of(24, 4);
    machine.facts.storage.physical_volumes["252:0"].volumes[std::string(32, 'm')] = "srv";
    CHECK(machine.planned() ==
          Lines{"run lvm pvresize /dev/vda", "run lvm lvextend -l +100%FREE vg/root", "grow /"});
}

TEST_CASE("an array, whose metadata must not be left behind", "[growing]")
{
    Storaged machine;
    for (const auto* disk : {"a", "b"}) {
        const std::string minor = *disk == 'a' ? "0" : "16";
        const std::string name = "sd" + std::string(disk);
        machine.device("8:" + minor, name, 200 * kMiB);
        const auto partition = *disk == 'a' ? "8:1" : "8:17";
        machine.partition(partition, name + "/" + name + "1", 1, kMiB, 99 * kMiB);
        machine.room(partition, 198 * kMiB);
    }
    machine.device("9:0", "md0", 98 * kMiB);
    auto& tree = machine.tree;
    for (const auto* disk : {"a", "b"}) {
        const auto name = "sd" + std::string(disk);
        tree.link("/sys/devices/md0/slaves/" + name + "1", "../../" + name + "/" + name + "1")
            .file("/sys/devices/md0/md/dev-" + name + "1/offset", "2048\n");
    }
    tree.file("/sys/devices/md0/md/level", "raid1\n")
        .file("/sys/devices/md0/md/metadata_version", "1.2\n")
        .file("/sys/devices/md0/md/component_size", std::to_string(98 * 1024) + "\n")
        .file("/sys/devices/md0/md/chunk_size", "0\n");
    machine.file_system("/", "9:0", 98 * kMiB);
    CHECK(machine.planned() == Lines{"grow /dev/sda 1", "grow /dev/sdb 1",
                                     "run mdadm --grow /dev/md0 --size max", "grow /"});
    tree.file("/sys/devices/md0/md/metadata_version", "1.0\n");
    CHECK(machine.planned().empty());
    CHECK(machine.problems == Lines{"warning : /dev/md0 is not grown: metadata 1.0 lies at the end "
                                    "of its devices"});
    tree.file("/sys/devices/md0/md/metadata_version", "1.2\n")
        .file("/sys/devices/md0/md/level", "raid0\n");
    CHECK(machine.planned() == Lines{"grow /dev/sda 1", "grow /dev/sdb 1"});
}

TEST_CASE("btrfs on two devices", "[growing]")
{
    Storaged machine;
    machine.device("252:0", "vda", 400 * kMiB);
    machine.device("252:16", "vdb", 300 * kMiB);
    machine.file_system("/", "252:0", 300 * kMiB, "btrfs");
    machine.file_system("/", "252:16", 300 * kMiB, "btrfs");
    const auto planned = machine.plan(plan_growing);
    REQUIRE(planned);
    CHECK(planned->step.changes ==
          std::vector<Change>{GrowFileSystem{"/", "btrfs", 600 * kMiB, 700 * kMiB}});
}

TEST_CASE("btrfs on a device that the kernel finds too small for a new size", "[growing]")
{
    Storaged machine;
    machine.device("252:0", "vda", 255 * kMiB);
    machine.file_system("/", "252:0", 100 * kMiB, "btrfs");
    CHECK(machine.planned() == Lines{});
    machine.device("252:16", "vdb", 256 * kMiB);
    machine.file_system("/", "252:16", 100 * kMiB, "btrfs");
    CHECK(machine.planned() == Lines{"grow /"});
}

TEST_CASE("what GROW_FS may name", "[growing]")
{
    OnPartition machine;
    machine.facts.storage.file_systems[0].mount_point = "/data";
    machine.context =
        context_of({{"GROW_ROOTFS", "NO"}, {"GROW_FS", "/data, /none /tmp /ro /data"}});
    machine.tree.file("/proc/self/mountinfo",
                      "22 1 252:1 / /data rw - ext4 /dev/vda1 rw\n"
                      "23 1 0:30 / /tmp rw,nosuid - tmpfs tmpfs rw\n"
                      "24 1 252:9 / /ro ro - ext4 /dev/vdc rw\n");
    CHECK(machine.planned() == Lines{"grow /dev/vda 1", "grow /data"});
    CHECK(machine.problems == Lines{"warning GROW_FS: '/none' is no mount point",
                                    "warning GROW_FS: '/tmp' is tmpfs, which is not grown",
                                    "warning GROW_FS: '/ro' is read-only and is not grown"});
}

TEST_CASE("growing that nobody wants", "[growing]")
{
    for (const auto& [value, grows] : std::vector<std::pair<std::string, bool>>{
             {"", true}, {"yes", true}, {"NO", false}, {"nö", false}}) {
        OnPartition machine;
        machine.context = context_of({{"GROW_ROOTFS", value}});
        CHECK(machine.planned().empty() != grows);
    }
    OnPartition off;
    off.policy.growing = Rule::off;
    CHECK(off.planned().empty());
    OnPartition offline;
    offline.facts.offline = true;
    CHECK(offline.planned().empty());
    OnPartition container;
    container.facts.container = true;
    CHECK(container.planned().empty());
    OnPartition deep;
    deep.tree.link("/sys/devices/vda/slaves/vda", "../../vda");
    CHECK(deep.planned() == Lines{"grow /dev/vda 1", "grow /"});
}

TEST_CASE("how large a file system can become", "[growing]")
{
    const auto ext4 = ext4_of(100 * kMiB);
    CHECK(blocks_on(ext4, 200 * kMiB) == 200 * kMiB / 4096);
    // A last group without room for its own tables is not made.
    CHECK(blocks_on(ext4, 256 * kMiB + 599 * 4096) == 256 * kMiB / 4096);
    CHECK(blocks_on(ext4, 256 * kMiB + 600 * 4096) == 256 * kMiB / 4096 + 600);
    CHECK(blocks_on(ext4, 50 * kMiB) == ext4.blocks);
    auto limited = ext4;
    limited.most_blocks = 30000;
    CHECK(blocks_on(limited, 200 * kMiB) == 30000);
    CHECK(blocks_on({.blocks = 5}, kMiB) == 5);
    CHECK_FALSE(ext_size(std::string(1024, '\0')));
    CHECK_FALSE(ext_size(""));
}

}  // namespace onectx::test
