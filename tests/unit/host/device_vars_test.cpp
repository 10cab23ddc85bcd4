// The variables that a machine's devices bring, and where its context CD goes (reference 1.4, 1.8).
#include "host/device_vars.h"

#include <string>

#include "host/records.h"
#include "host/vm_devices.h"
#include "tests/support/catch.h"

using onectx::VarMap;

namespace {

onectx::Template machine(const std::string& text)
{
    auto record = onectx::parse_record(text);
    REQUIRE(record);
    onectx::number_devices(record->attributes);
    return record->attributes;
}

std::string target(const std::string& text, std::string_view prefix = "")
{
    return onectx::context_disk_vars(machine(text), prefix).at("TARGET");
}

}  // namespace

TEST_CASE("variables of devices", "[host][network]")
{
    auto vars = [](const std::string& text) { return onectx::device_vars(machine(text)); };
    CHECK(vars("").empty());
    CHECK(vars("PCI=[VM_ADDRESS=\"01:00.0\"] PCI=[X=1] PCI=[PCI_ID=7,VM_ADDRESS=\"01:02.0\"]") ==
          VarMap{{"PCI0_ADDRESS", "01:00.0"}, {"PCI7_ADDRESS", "01:02.0"}});
    CHECK(vars("PCI=[PCI_ID=x,VM_ADDRESS=\"01:00.0\"]").empty());
    CHECK(vars("DISK=[IMAGE_ID=3] DISK=[TYPE=filesystem,IMAGE_ID=8]") ==
          VarMap{{"DISK1_MOUNT_TAG", "one-tag-8"}, {"DISK1_MOUNT_POINT", "/mnt/one-fs-8"}});
    CHECK(vars("DISK=[TYPE=FILESYSTEM,DISK_ID=4,MOUNT_TAG=t,MOUNT_POINT=\"/srv\"]") ==
          VarMap{{"DISK4_MOUNT_TAG", "t"}, {"DISK4_MOUNT_POINT", "/srv"}});
    CHECK(vars("VROUTER_ID=1 VROUTER_KEEPALIVED_ID=2 VROUTER_KEEPALIVED_PASSWORD=pw") ==
          VarMap{{"VROUTER_ID", "1"},
                 {"VROUTER_KEEPALIVED_ID", "2"},
                 {"VROUTER_KEEPALIVED_PASSWORD", "pw"}});
    CHECK(vars("VROUTER_ID=\"\" VROUTER_KEEPALIVED_PASSWORD=\"\"").empty());
}

TEST_CASE("where the context CD goes", "[host][target]")
{
    CHECK(onectx::context_disk_vars(machine(""), "") ==
          VarMap{{"DISK_ID", "0"}, {"TARGET", "hda"}});
    CHECK(onectx::context_disk_vars(machine("DISK=[TARGET=vda] DISK=[TARGET=hda]"), "") ==
          VarMap{{"DISK_ID", "2"}, {"TARGET", "hdb"}});
    CHECK(onectx::context_disk_vars(machine("CONTEXT=[DISK_ID=5,TARGET=\"xvdc:cdrom\"]"), "sd") ==
          VarMap{{"DISK_ID", "5"}, {"TARGET", "xvdc:cdrom"}});

    CHECK(target("", "xvd") == "xvda");
    CHECK(target("OS=[MACHINE=\"pc-q35-8.2\"] DISK=[TARGET=sda]") == "sdb");
    CHECK(target("OS=[MACHINE=virt]") == "sda");
    CHECK(target("OS=[MACHINE=pc]") == "hda");
    CHECK(target("OS=[MACHINE=virt]", "vd") == "vda");
    // Disks without a target: the first image and the CDs come before the context, others behind
    // it.
    CHECK(target("DISK=[IMAGE=a,DEV_PREFIX=hd] DISK=[IMAGE=b,DEV_PREFIX=hd]") == "hdb");
    CHECK(target("DISK=[IMAGE=a,DEV_PREFIX=vd] DISK=[IMAGE=b,TYPE=CDROM]") == "hdb");
    CHECK(target("DISK=[SIZE=1,DEV_PREFIX=hd] DISK=[IMAGE=b,TYPE=CDROM,DEV_PREFIX=sd]") == "hda");

    std::string all;
    for (char letter = 'a'; letter <= 'z'; ++letter)
        all += std::string("DISK=[TARGET=hd") + letter + "] ";
    CHECK(target(all) == "hdaa");
    CHECK(target(all + "DISK=[TARGET=hdaa]") == "hdab");
}
