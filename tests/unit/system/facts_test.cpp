// What is known of a machine: from trees written down here, from images' swap signatures, and from
// a folder that stands for an offline root. Nothing is read of the machine the test runs on but
// its page size, its clock and its random numbers.
#include "guest/system/facts.h"

#include <unistd.h>

#include "guest/system/expected.h"
#include "guest/system/facts_show.h"
#include "guest/system/nics.h"
#include "guest/system/os_tree.h"
#include "guest/system/swaps.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/memory_tree.h"

namespace onectx {

using onectx::test::MemoryTree;

namespace {

const Mac kMac = *parse_mac("02:00:c0:a8:46:96");
const Mac kOtherMac = *parse_mac("52:54:00:00:00:01");

const BlockDevice kDisk{.node = "/dev/vdb", .name = "vdb"};
const Signature kSwap{
    .type = "swap", .label = "swap", .uuid = "1-2", .magic = "SWAPSPACE2", .magic_offset = 4086};

}  // namespace

TEST_CASE("os-release in its spellings", "[facts]")
{
    struct Row {
        std::string text, id, version;
        std::vector<std::string> id_like;
    };
    const std::vector<Row> rows{
        {"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n",
         "debian",
         "12",
         {}},
        {"ID='almalinux'\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"\n",
         "almalinux",
         "9.4",
         {"rhel", "centos", "fedora"}},
        {"# comment\n\nID=alpine\nVERSION_ID=3.19.1", "alpine", "3.19.1", {}},
        {"ID=arch\n", "arch", "", {}},
        {"rm -rf /\nID=still\n", "still", "", {}},
        {"", "", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        MemoryTree tree;
        tree.file("/etc/os-release", row.text);
        const auto os = find_os_release(tree);
        CHECK(os.id == row.id);
        CHECK(os.version == row.version);
        CHECK(os.id_like == row.id_like);
    }
}

TEST_CASE("os-release: /etc first, then /usr/lib, through links", "[facts]")
{
    MemoryTree tree;
    CHECK(find_os_release(tree).id.empty());
    tree.file("/usr/lib/os-release", "ID=vendor\n");
    CHECK(find_os_release(tree).id == "vendor");
    tree.link("/etc/os-release", "../usr/lib/os-release");
    CHECK(find_os_release(tree).id == "vendor");
    tree.remove("/etc/os-release").file("/etc/os-release", "ID=local\n");
    CHECK(find_os_release(tree).id == "local");
}

TEST_CASE("the init system of a tree", "[facts]")
{
    struct Row {
        std::string name, init;  // what /sbin/init points to; "": a file of its own, "-": none
        std::vector<std::string> files;
        Init offline, online;
    };
    const std::string systemd = "/lib/systemd/systemd";
    const std::vector<Row> rows{
        // A systemd that is installed and does not run (a container) cannot be asked for anything.
        {"debian", systemd, {systemd, "/etc/init.d/ssh"}, Init::systemd, Init::unknown},
        {"booted", systemd, {"/run/systemd/system/x"}, Init::systemd, Init::systemd},
        {"sysvinit", "", {"/etc/inittab", systemd}, Init::sysv, Init::sysv},
        {"debian openrc", "", {"/etc/inittab", "/etc/runlevels/x"}, Init::openrc, Init::openrc},
        {"alpine",
         "/bin/busybox",
         {"/etc/init.d/x", "/etc/runlevels/x"},
         Init::openrc,
         Init::openrc},
        {"no init", "-", {"/usr/lib/systemd/systemd", "/etc/init.d/x"}, Init::systemd, Init::sysv},
        {"busybox", "/bin/busybox", {}, Init::unknown, Init::unknown},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        MemoryTree tree;
        if (row.init.empty())
            tree.file("/sbin/init", "");
        else if (row.init != "-")
            tree.link("/sbin/init", row.init);
        for (const auto& file : row.files)
            tree.file(file, "");
        CHECK(find_init(tree, true) == row.offline);
        CHECK(find_init(tree, false) == row.online);
    }
}

TEST_CASE("containers say what they are", "[os_tree]")
{
    MemoryTree machine;
    machine.file("/proc/1/environ", std::string("HOME=/\0TERM=linux\0container=\0", 31));
    CHECK_FALSE(is_container(machine, false));
    MemoryTree lxc;
    lxc.file("/proc/1/environ", std::string("HOME=/\0container=lxc\0", 21));
    CHECK(is_container(lxc, false));
    CHECK_FALSE(is_container(lxc, true));
    MemoryTree nspawn;
    nspawn.file("/run/systemd/container", "systemd-nspawn\n");
    CHECK(is_container(nspawn, false));
}

TEST_CASE("users with a home", "[facts]")
{
    MemoryTree tree;
    CHECK(users_with_home(tree).empty());
    tree.file("/etc/passwd",
              "root:x:0:0:root:/root:/bin/bash\n"
              "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
              "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
              "alice:x:1000:1000::/home/alice:/bin/sh\n"
              "bob:x:1001:1001::/home/bob:/bin/sh\n"
              "broken:x:1002\n"
              "strange:x:minus:1::/home/alice:/bin/sh\n"
              "empty:x:1003:1003:::/bin/sh\n")
        .directory("/root")
        .directory("/usr/sbin")
        .directory("/home/alice");
    CHECK(users_with_home(tree) == std::vector<std::string>{"root", "alice"});
}

TEST_CASE("network devices of a tree", "[facts]")
{
    MemoryTree tree;
    CHECK(nics_of_tree(tree)->empty());
    const std::string base = "/sys/class/net/";
    tree.file(base + "eth0/address", "02:00:C0:A8:46:96\n")
        .link(base + "eth0/device/subsystem", "../../../../bus/virtio")
        .link(base + "eth0/device/driver", "../../../../bus/virtio/drivers/virtio_net")
        .file(base + "br0/address", "52:54:00:00:00:01\n")
        .file(base + "lo/address", "00:00:00:00:00:00\n")
        .file(base + "ib0/address", "80:00:00:00:fe:80:00:00:00:00:00:00:00:00:00:00:00:00:00:01\n")
        .file(base + "bonding_masters", "bond0\n");
    const auto nics = nics_of_tree(tree);
    REQUIRE(nics);
    REQUIRE(nics->size() == 2);
    CHECK((*nics)[0].name == "br0");
    CHECK((*nics)[0].mac == kOtherMac);
    CHECK((*nics)[0].bus.empty());
    CHECK((*nics)[0].driver.empty());
    CHECK((*nics)[1].name == "eth0");
    CHECK((*nics)[1].mac == kMac);
    CHECK((*nics)[1].bus == "virtio");
    CHECK((*nics)[1].driver == "virtio_net");
    CHECK((*nics)[1].initialized);
}

TEST_CASE("a NIC of virtio stands on a PCI device", "[facts]")
{
    MemoryTree tree;
    const std::string nic = "/sys/devices/pci0000:00/0000:00:1e.0/virtio5/net/eth0";
    tree.link("/sys/class/net/eth0", "../../devices/pci0000:00/0000:00:1e.0/virtio5/net/eth0")
        .file(nic + "/address", "02:00:C0:A8:46:96\n")
        .link(nic + "/device", "../../../virtio5")
        .link("/sys/devices/pci0000:00/0000:00:1e.0/virtio5/subsystem", "../../../../bus/virtio");
    const auto nics = nics_of_tree(tree);
    REQUIRE(nics);
    REQUIRE(nics->size() == 1);
    CHECK(nics->front().bus == "virtio");
    CHECK(nics->front().pci_address == "0000:00:1e.0");
}

TEST_CASE("NICs that have no device with its name yet", "[facts]")
{
    const NetworkDevice eth0{.name = "eth0", .mac = kMac, .pci_address = "0000:00:1e.0"};
    NetworkDevice unnamed = eth0;
    unnamed.initialized = false;
    const NetworkDevice slave{.name = "eth1", .mac = kMac, .permanent_mac = kOtherMac};
    const Nic nic{.mac = kMac}, other{.id = 1, .mac = kOtherMac};
    const Nic pci{.is_pci = true, .pci_address = "0000:00:1e.0"};
    const Nic elsewhere{.is_pci = true, .pci_address = "0000:00:1f.0"};
    using Nics = std::vector<Nic>;
    CHECK(without_device({}, {}).empty());
    CHECK(without_device({nic}, {}) == Nics{nic});
    CHECK(without_device({nic, other}, {eth0}) == Nics{other});
    CHECK(without_device({nic, pci}, {unnamed}) == Nics{nic, pci});
    CHECK(without_device({other}, {slave}).empty());
    CHECK(without_device({pci, elsewhere}, {eth0}) == Nics{elsewhere});
}

TEST_CASE("what signatures say of swap", "[facts]")
{
    SECTION("a swap disk")
    {
        const auto swap = swap_of(kDisk, {kSwap}, 4096);
        REQUIRE(swap);
        CHECK(swap->device == "/dev/vdb");
        CHECK(swap->whole_disk);
        CHECK(swap->has_signature);
        CHECK(swap->label == "swap");
        CHECK(swap->uuid == "1-2");
        CHECK(swap->page_size == 4096);
        CHECK_FALSE(swap->hibernated);
        CHECK_FALSE(swap->active);
    }
    SECTION("made for other pages")
    {
        auto large = kSwap;
        large.magic_offset = 65526;
        const auto swap = swap_of(kDisk, {large}, 4096);
        REQUIRE(swap);
        CHECK(swap->page_size == 65536);
        CHECK_FALSE(swap->has_signature);
    }
    SECTION("the first version, which no kernel of today knows")
    {
        auto old = kSwap;
        old.magic = "SWAP-SPACE";
        const auto swap = swap_of(kDisk, {old}, 4096);
        REQUIRE(swap);
        CHECK(swap->page_size == 0);
        CHECK_FALSE(swap->has_signature);
    }
    SECTION("a suspended system")
    {
        auto suspended = kSwap;
        suspended.type = "swsuspend";
        suspended.magic = "S1SUSPEND";
        const auto swap = swap_of(kDisk, {suspended}, 4096);
        REQUIRE(swap);
        CHECK(swap->hibernated);
        CHECK_FALSE(swap->has_signature);
    }
    SECTION("something else, nothing, or two things at once")
    {
        const Signature ext4{.type = "ext4", .label = "swap"};
        CHECK_FALSE(swap_of(kDisk, {ext4}, 4096));
        CHECK_FALSE(swap_of(kDisk, {}, 4096));
        CHECK_FALSE(swap_of(kDisk, {kSwap, ext4}, 4096));
    }
    SECTION("a disk that is divided, and no disk at all")
    {
        auto divided = kDisk;
        divided.divided = true;
        CHECK_FALSE(swap_of(divided, {kSwap}, 4096)->whole_disk);
        CHECK_FALSE(swap_of({.node = "/dev/zram0", .name = "zram0"}, {kSwap}, 4096)->whole_disk);
    }
}

TEST_CASE("active swap as /proc/swaps lists it", "[facts]")
{
    std::vector<SwapCandidate> swaps{
        {.device = "/dev/vdb"}, {.device = "/dev/vd"}, {.device = "/dev/with blank"}};
    mark_active(swaps,
                "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
                "/dev/vdb                                partition\t262140\t0\t-2\n"
                "/dev/with\\040blank                      partition\t262140\t0\t-3\n"
                "/swap\\07");
    CHECK(swaps[0].active);
    CHECK_FALSE(swaps[1].active);
    CHECK(swaps[2].active);
}

TEST_CASE("facts of an image", "[facts]")
{
    const test::TemporaryFolder folder;
    const auto& path = folder.path();
    test::write_file(path / "etc/os-release", "ID=debian\nVERSION_ID=12\n");
    test::write_file(path / "sys/class/net/eth0/address", "02:00:c0:a8:46:96\n");
    const auto root = Root::open(path.string());
    REQUIRE(root);
    const auto facts = gather_facts(*root, true);
    REQUIRE(facts);
    CHECK(facts->offline);
    CHECK(facts->os.id == "debian");
    CHECK(facts->root_writable);
    CHECK(facts->privileged == (geteuid() == 0));
    CHECK(facts->kernel_hostname.empty());
    CHECK(facts->swaps.empty());
    REQUIRE(facts->nics.size() == 1);
    CHECK(facts->nics[0].mac == kMac);
    CHECK(facts->password_salt_bytes.size() == 16);
    CHECK(facts->fresh_state_key.reveal().size() == 32);
    CHECK(facts->days_since_epoch > 20000);
    CHECK(gather_facts(*root, true)->password_salt_bytes != facts->password_salt_bytes);
}

TEST_CASE("facts as JSON and as text", "[facts]")
{
    Facts facts;
    facts.os = {.id = "debian", .version = "12", .id_like = {"x"}};
    facts.init = Init::sysv;
    facts.nics = {{.name = "eth0", .mac = kMac, .bus = "pci", .driver = "e1000"},
                  {.name = "br0", .mac = kOtherMac}};
    facts.swaps = {{.device = "/dev/vdb", .label = "swap\xff\x1b", .uuid = "1-2", .active = true}};
    CHECK(facts_json(facts, {"networkd", "interfaces"}, {"root"}) == R"({
  "os": {
    "id": "debian",
    "version": "12",
    "id_like": [
      "x"
    ]
  },
  "init": "sysv",
  "root_writable": true,
  "nics": [
    {
      "name": "eth0",
      "mac": "02:00:c0:a8:46:96",
      "bus": "pci",
      "driver": "e1000"
    },
    {
      "name": "br0",
      "mac": "52:54:00:00:00:01",
      "bus": "",
      "driver": ""
    }
  ],
  "backends": [
    "networkd",
    "interfaces"
  ],
  "swaps": [
    {
      "device": "/dev/vdb",
      "label": "swap)"
                                                                     "\xEF\xBF\xBD"
                                                                     R"(\u001b",
      "uuid": "1-2",
      "active": true
    }
  ],
  "users": [
    "root"
  ]
}
)");
    facts.swaps[0].label = "a\x1b";
    CHECK(facts_text(facts, {"networkd", "interfaces"}, {}) ==
          "os        debian 12\n"
          "init      sysv\n"
          "root      writable\n"
          "nic       eth0 02:00:c0:a8:46:96 pci e1000\n"
          "nic       br0 52:54:00:00:00:01\n"
          "backends  networkd, interfaces\n"
          "swap      /dev/vdb label a\\x1b active\n"
          "users     -\n");
}

TEST_CASE("when a context is expected, and how long it is waited for", "[facts]")
{
    MemoryTree tree;
    tree.file("/sys/class/dmi/id/sys_vendor", "QEMU\n");
    CHECK_FALSE(is_context_expected(tree));
    tree.file("/sys/class/dmi/id/product_name", "OpenNebula VM\n");
    CHECK(is_context_expected(tree));

    MemoryTree second_boot;
    second_boot.file("/var/lib/onectx/context-seen", "");
    CHECK(is_context_expected(second_boot));
    second_boot.file("/var/lib/onectx/context-seen", std::string(kSeenElsewhere));
    CHECK_FALSE(is_context_expected(second_boot));
    CHECK(had_context(second_boot));

    Policy policy;
    CHECK(wait_limit(policy, false) == std::chrono::seconds(3));
    CHECK(wait_limit(policy, true) == std::chrono::seconds(30));
    policy.wait_seconds_expected = 0;
    CHECK(wait_limit(policy, true) == std::chrono::seconds(0));
}

}  // namespace onectx
