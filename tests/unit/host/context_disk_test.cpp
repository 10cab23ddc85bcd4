// How each hypervisor is told of the context image, byte for byte.
#include "host/hypervisor/context_disk.h"

#include "tests/support/catch.h"

namespace onectx::test {
namespace {

constexpr std::string_view kSource = "/var/lib/one/datastores/0/7/disk.1";

ContextDisk disk_on(Hypervisor hypervisor, std::string_view target)
{
    return {.hypervisor = hypervisor,
            .toolstack = hypervisor == Hypervisor::xen3 ? Toolstack::xm : Toolstack::xl,
            .source = std::string(kSource),
            .target = *parse_disk_target(target),
            .driver = ""};
}

void check(const ContextDisk& disk, std::string_view text,
           const std::vector<std::string>& warnings = {})
{
    auto described = describe_context_disk(disk);
    REQUIRE(described);
    CHECK(described->text == text);
    CHECK(described->warnings == warnings);
}

void check_refused(const ContextDisk& disk, std::string_view message)
{
    auto described = describe_context_disk(disk);
    REQUIRE_FALSE(described);
    CHECK(described.error().message == message);
}

}  // namespace

TEST_CASE("the context disk for KVM", "[context-disk]")
{
    auto disk = disk_on(Hypervisor::kvm, "hda");
    check(disk,
          "<disk type='file' device='cdrom'>\n"
          "    <source file='/var/lib/one/datastores/0/7/disk.1'/>\n"
          "    <target dev='hda' bus='ide'/>\n"
          "    <readonly/>\n"
          "    <driver name='qemu' type='raw' cache='none'/>\n"
          "</disk>\n");

    disk = disk_on(Hypervisor::kvm, "sda");
    disk.machine = Machine::q35;
    disk.source = "/dev/vg/a<b&'c";
    disk.is_block_device = true;
    check(disk,
          "<disk type='block' device='cdrom'>\n"
          "    <source dev='/dev/vg/a&lt;b&amp;&apos;c'/>\n"
          "    <target dev='sda' bus='sata'/>\n"
          "    <readonly/>\n"
          "    <driver name='qemu' type='raw' cache='none'/>\n"
          "</disk>\n");
}

TEST_CASE("a target that KVM does not follow is told of", "[context-disk]")
{
    auto text = [](std::string_view name, std::string_view bus) {
        return "<disk type='file' device='cdrom'>\n"
               "    <source file='/var/lib/one/datastores/0/7/disk.1'/>\n"
               "    <target dev='" +
               std::string(name) + "' bus='" + std::string(bus) +
               "'/>\n"
               "    <readonly/>\n"
               "    <driver name='qemu' type='raw' cache='none'/>\n"
               "</disk>\n";
    };
    auto disk = disk_on(Hypervisor::kvm, "vdb");
    check(disk, text("vdb", "ide"),
          {"TARGET vdb does not go with the bus of this machine, ide: the name in the machine will "
           "be another"});
    disk = disk_on(Hypervisor::kvm, "hda");
    disk.machine = Machine::virt;
    check(disk, text("hda", "sata"),
          {"TARGET hda does not go with the bus of this machine, sata: the name in the machine "
           "will be another"});
    check(disk_on(Hypervisor::kvm, "hda:cdrom"), text("hda", "ide"),
          {"TARGET: libvirt knows no ':cdrom'; left out"});
}

TEST_CASE("the context disk for xl", "[context-disk]")
{
    auto disk = disk_on(Hypervisor::xen4, "xvdc:cdrom");
    check(disk,
          "disk = [\n"
          "    'format=raw,vdev=xvdc,access=ro,devtype=cdrom,"
          "target=/var/lib/one/datastores/0/7/disk.1',\n"
          "]\n");
    disk.driver = "phy:";  // xl ignores it, and so do we
    disk.source = "/srv/o'clock, x";
    check(disk,
          "disk = [\n"
          "    \"format=raw,vdev=xvdc,access=ro,devtype=cdrom,target=/srv/o'clock, x\",\n"
          "]\n");
    check(disk_on(Hypervisor::xen4, "hdc:disk"),
          "disk = [\n"
          "    'format=raw,vdev=hdc,access=ro,devtype=cdrom,"
          "target=/var/lib/one/datastores/0/7/disk.1',\n"
          "]\n",
          {"TARGET: the context is a CD; ':disk' is not followed"});
}

TEST_CASE("the context disk for xm", "[context-disk]")
{
    struct Row {
        std::string_view target, driver;
        bool is_block_device;
        std::string_view entry, warning;
    };
    auto row = GENERATE(values<Row>({
        {"xvdc", "", false, "file:/x,xvdc:cdrom,r", ""},
        {"xvdc:cdrom", "file", false, "file:/x,xvdc:cdrom,r", ""},
        {"hdc", "tap:aio:", false, "tap:aio:/x,hdc:cdrom,r", ""},
        {"hdc", "", true, "phy:/x,hdc:cdrom,r", ""},
        {"hdc", "phy:", true, "phy:/x,hdc:cdrom,r", ""},
        {"xvdc", "raw", false, "file:/x,xvdc:cdrom,r",
         "DRIVER raw: does not work under xm for a file; file: is used"},
        {"xvdc", "phy", false, "file:/x,xvdc:cdrom,r",
         "DRIVER phy: does not work under xm for a file; file: is used"},
        {"xvdc", "file:", true, "phy:/x,xvdc:cdrom,r",
         "DRIVER file: does not work under xm for a block device; phy: is used"},
    }));
    CAPTURE(row.target, row.driver, row.is_block_device);
    auto disk = disk_on(Hypervisor::xen3, row.target);
    disk.source = "/x";
    disk.driver = row.driver;
    disk.is_block_device = row.is_block_device;
    std::vector<std::string> warnings;
    if (!row.warning.empty()) warnings.emplace_back(row.warning);
    check(disk, "disk = [\n    '" + std::string(row.entry) + "',\n]\n", warnings);
}

TEST_CASE("the context for a container", "[context-disk]")
{
    auto disk = disk_on(Hypervisor::lxc, "hda");
    disk.source = "/srv/it's here/disk.1";
    check(disk,
          "# On the host, before the container starts:\n"
          "#   mkdir -p '/srv/it'\\''s here/mapper/disk.1'\n"
          "#   mount -t iso9660 -o loop,ro '/srv/it'\\''s here/disk.1' "
          "'/srv/it'\\''s here/mapper/disk.1'\n"
          "lxc.mount.entry = /srv/it's\\040here/mapper/disk.1 context none "
          "rbind,ro,create=dir,optional 0 0\n");
}

TEST_CASE("the context drive for Firecracker", "[context-disk]")
{
    check(disk_on(Hypervisor::firecracker, "hda"),
          "{\n"
          "  \"drive_id\": \"context\",\n"
          "  \"path_on_host\": \"/var/lib/one/datastores/0/7/disk.1\",\n"
          "  \"is_root_device\": false,\n"
          "  \"is_read_only\": true\n"
          "}\n");
}

TEST_CASE("the context CD for VMware", "[context-disk]")
{
    auto disk = disk_on(Hypervisor::vmware, "hdc");
    disk.source = "/vmfs/volumes/0/7/disk.1.iso";
    check(disk,
          "ide1:0.present = \"TRUE\"\n"
          "ide1:0.deviceType = \"cdrom-image\"\n"
          "ide1:0.fileName = \"/vmfs/volumes/0/7/disk.1.iso\"\n"
          "ide1:0.startConnected = \"TRUE\"\n");
    disk.target = *parse_disk_target("sdb");
    disk.source = "/vmfs/disk.1";
    check(disk,
          "sata0.present = \"TRUE\"\n"
          "sata0:1.present = \"TRUE\"\n"
          "sata0:1.deviceType = \"cdrom-image\"\n"
          "sata0:1.fileName = \"/vmfs/disk.1\"\n"
          "sata0:1.startConnected = \"TRUE\"\n",
          {"--source: VMware wants the name of an image to end in .iso"});
}

TEST_CASE("paths and targets that a configuration cannot carry", "[context-disk]")
{
    auto with_source = [](Hypervisor hypervisor, std::string source) {
        auto disk = disk_on(hypervisor, "hdc");
        disk.source = std::move(source);
        return disk;
    };
    check_refused(with_source(Hypervisor::kvm, "disk.1"), "--source: expected an absolute path");
    check_refused(with_source(Hypervisor::kvm, "/a\nb"),
                  "--source: the path holds a control character");
    check_refused(with_source(Hypervisor::xen3, "/a,b"),
                  "--source: xend cannot take a path with a comma");
    check_refused(with_source(Hypervisor::xen4, "/a'b\"c"),
                  "--source: Xen cannot take a path with both kinds of quotes");
    check_refused(with_source(Hypervisor::vmware, "/a\"b.iso"),
                  "--source: a .vmx file cannot carry a path with a quote");
    check_refused(disk_on(Hypervisor::xen4, "vda"),
                  "TARGET: Xen has no disk vda (hda to hdt, sda to sdiv, xvda to xvdp)");
    check_refused(disk_on(Hypervisor::xen3, "xvdq"),
                  "TARGET: Xen has no disk xvdq (hda to hdt, sda to sdiv, xvda to xvdp)");
    check_refused(disk_on(Hypervisor::vmware, "xvda"),
                  "TARGET: VMware has no CD drive xvda (hda to hdd, sda to sdad)");
}

}  // namespace onectx::test
