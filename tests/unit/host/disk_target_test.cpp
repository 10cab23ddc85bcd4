// Names of disks, Xen's numbers for them, and the name that the context gets by itself.
#include "host/hypervisor/disk_target.h"

#include "tests/support/catch.h"

namespace onectx::test {

TEST_CASE("names of disks", "[disk-target]")
{
    struct Row {
        std::string_view text, name, type;
    };
    auto row = GENERATE(values<Row>({
        {"hda", "hda", ""},
        {"sdb", "sdb", ""},
        {"vdz", "vdz", ""},
        {"xvdc:cdrom", "xvdc", "cdrom"},
        {"sdaa", "sdaa", ""},
        {"xvdabc", "xvdabc", ""},
        {"xvda1", "", ""},
        {"hd", "", ""},
        {"HDA", "", ""},
        {"hda:", "", ""},
        {":cdrom", "", ""},
        {"nvme0n1", "", ""},
        {"sdaaaa", "", ""},
        {"", "", ""},
    }));
    CAPTURE(row.text);
    auto target = parse_disk_target(row.text);
    CHECK((target ? device_name(*target) : "") == row.name);
    CHECK((target ? target->device_type : "") == row.type);
}

TEST_CASE("Xen's numbers of disks", "[disk-target]")
{
    struct Row {
        std::string_view name;
        std::uint32_t number;
    };
    auto row = GENERATE(values<Row>({
        {"xvda", 51712},
        {"xvdb", 51728},
        {"xvdc", 51744},
        {"xvdp", 51952},
        {"xvdq", 268439552},
        {"hda", 768},
        {"hdb", 832},
        {"hdc", 5632},
        {"hdt", 23360},
        {"sda", 2048},
        {"sdp", 2288},
        {"sdq", 16640},
        {"sdiv", 34800},
    }));
    CAPTURE(row.name);
    CHECK(xen_device_number(*parse_disk_target(row.name)) == row.number);
    CHECK(xen_device_name(row.number) == row.name);
}

TEST_CASE("Xen's numbers of partitions, and of nothing", "[disk-target]")
{
    CHECK(xen_device_name(51713) == "xvda1");
    CHECK(xen_device_name(5633) == "hdc1");
    CHECK(xen_device_name(2049) == "sda1");
    CHECK_FALSE(xen_device_name(0));
    CHECK_FALSE(xen_device_name(1U << 16U));
    CHECK_FALSE(xen_device_name(3 * 256 + 200));
    CHECK_FALSE(xen_device_name(0xFFFFFFFF));
    CHECK_FALSE(xen_device_number(*parse_disk_target("hdu")));
    CHECK_FALSE(xen_device_number(*parse_disk_target("sdiw")));
    CHECK_FALSE(xen_device_number(*parse_disk_target("vda")));
}

TEST_CASE("the target that OpenNebula gives to a context", "[disk-target]")
{
    struct Row {
        std::string_view text;
        Machine machine;
        std::string_view name;
    };
    auto row = GENERATE(values<Row>({
        {"CONTEXT=[]", Machine::pc, "hda"},
        {"CONTEXT=[]", Machine::q35, "sda"},
        {"CONTEXT=[DEV_PREFIX=xvd]", Machine::pc, "xvda"},
        {"CONTEXT=[DEV_PREFIX=nvme]", Machine::pc, "hda"},  // no name of a disk
        {"DISK=[IMAGE=a,DEV_PREFIX=hd] CONTEXT=[]", Machine::pc, "hdb"},
        {"DISK=[IMAGE=a,DEV_PREFIX=hd] CONTEXT=[]", Machine::q35, "sda"},
        {"DISK=[IMAGE=a,TARGET=sda] CONTEXT=[]", Machine::virt, "sdb"},
    }));
    CAPTURE(row.text);
    auto parsed = parse_template(row.text);
    REQUIRE(parsed);
    CHECK(device_name(default_context_target(*parsed, row.machine)) == row.name);
}

TEST_CASE("the machine of a template", "[disk-target]")
{
    struct Row {
        std::string_view text;
        Machine machine;
    };
    auto row = GENERATE(values<Row>({
        {"", Machine::pc},
        {"OS=[MACHINE=pc-i440fx-7.2]", Machine::pc},
        {"OS=[MACHINE=pc-q35-7.2]", Machine::q35},
        {"OS=[MACHINE=Q35]", Machine::q35},
        {"OS=[MACHINE=virt]", Machine::virt},
        {"OS=[MACHINE=virt-6.2]", Machine::virt},
        {"OS=[ARCH=x86_64]", Machine::pc},
    }));
    CAPTURE(row.text);
    CHECK(machine_of({}, *parse_template(row.text)) == row.machine);
    CHECK(machine_of({.machine = Machine::virt}, *parse_template(row.text)) == Machine::virt);
}

}  // namespace onectx::test
