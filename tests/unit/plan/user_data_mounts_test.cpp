// Mounts and files to swap to: our lines of fstab(5) beside those of others.
#include "tests/support/catch.h"
#include "tests/support/data_machine.h"

namespace onectx::test {

TEST_CASE("no usual field of mounts makes a line or a field of its own", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "mount_default_fields: [~, ~, auto, \"ro\\n/dev/vdb / ext4 defaults\", '0', '0']\n"
        "mounts:\n- [vdb, /a]\n- [vdb, /b, auto, ro]\n");
    machine.tree.file("/dev/vdb", "");
    const auto lines = machine.run(Stage::local);
    CHECK(lines.back() ==
          "error USER_DATA: 4:3: mounts[0]: 'ro\\x0a/dev/vdb / ext4 defaults' is no field of "
          "fstab(5); "
          "it is left out");
    CHECK(machine.text_of("/etc/fstab") ==
          "# BEGIN onectx\n/dev/vdb\t/b\tauto\tro\t0\t0\n# END onectx\n");
}

TEST_CASE("a file to swap to is no way to somebody else's", "[user-data]")
{
    for (const std::string path : {"/home/bob/swap", "/home/bob/new/swap", "/dev/sda",
                                   "/proc/self/mem", "/var/lib/onectx/key"}) {
        CAPTURE(path);
        DataMachine machine;
        machine.say("swap: {filename: " + path + ", size: 1G}\n");
        CHECK(machine.run(Stage::all) ==
              Lines{"error USER_DATA: swap: '" + path + "' is no place for a file to swap to"});
    }
}

TEST_CASE("a file to swap to", "[user-data]")
{
    struct Row {
        std::string text;
        std::string expected;  // the file, its size and the most of it; else what is wrong
    };
    for (const auto& row : std::vector<Row>{
             {"{filename: /swapfile, size: 1G}", "/swapfile 1073741824 0"},
             {"{size: auto, maxsize: 10GB}", "/swap.img 0 10737418240"},
             {"{filename: /var/swap, size: 1048576}", "/var/swap 1048576 0"},
             {"{filename: /s, size: 1.5M}", "/s 1572864 0"},
             {"{filename: /s, size: 0}", ""},
             {"{filename: /s}", ""},
             {"{}", ""},
             {"{filename: swap, size: 1G}",
              "error USER_DATA: 2:18: swap.filename: must be an absolute path without blanks; "
              "nothing is done"},
             {"{size: lots}",
              "error USER_DATA: 2:14: swap.size: must be a size: a number of bytes, or 512M, 2G"},
             {"{size: 4096000T}",
              "error USER_DATA: 2:14: swap.size: must be a size: a number of bytes, or 512M, 2G"},
             {"{size: 512K}",
              "error USER_DATA: 2:14: swap.size: '512K' is too small for a file to swap to: 1M is "
              "the least; nothing is done"},
             {"{size: auto, maxsize: 1048575}",
              "error USER_DATA: 2:29: swap.maxsize: '1048575' is too small for a file to swap to: "
              "1M is the least; nothing is done"},
             {"{path: /x}", "warning USER_DATA: 2:8: swap: 'path' is no key of swap"},
         }) {
        INFO(row.text);
        DataMachine machine;
        machine.say("swap: " + row.text + "\n");
        const auto lines = machine.run(Stage::local);
        if (!row.expected.starts_with('/')) {
            CHECK(lines == (row.expected.empty() ? kNothing : Lines{row.expected}));
            continue;
        }
        CHECK(lines == Lines{"user-data-mounts", "  /etc/fstab"});
        const auto path = row.expected.substr(0, row.expected.find(' '));
        CHECK(machine.text_of("/etc/fstab") ==
              "# BEGIN onectx\n" + path + "\tnone\tswap\tsw,nofail\t0\t0\n# END onectx\n");
        const auto then = machine.run(Stage::network);
        REQUIRE(then.size() == 4);
        CHECK(then[0] == "user-data-mount");
        CHECK(then[2].ends_with(" swap " + row.expected));
        CHECK(then[3] == "  /sbin/swapon -a -e");
    }
}

TEST_CASE("what is swapped to has one line in fstab", "[user-data]")
{
    struct Row {
        std::string theirs;
        std::string text;
        std::string ours;
        Lines problems;
    };
    const std::string swap = "swap: {size: 1G}\n";
    const std::string stays = " has a line in /etc/fstab already, which stays, with the options ";
    for (const auto& row : std::vector<Row>{
             {"/swap.img none swap sw 0 0\n", swap, "", {}},
             {"/swap.img\tswap\tswap\tdefaults,comment=cloudconfig\n", swap, "", {}},
             {"/swap.img none swap\n", swap, "", {}},
             {"/swap.img none swap sw,noauto 0 0\n",
              swap,
              "",
              {"warning USER_DATA: swap: /swap.img" + stays + "sw,noauto"}},
             {"LABEL=swap none swap pri=5 0 0\n",
              "mounts: [[LABEL=swap, none, swap, 'sw,pri=5', '0', '0']]\n",
              "",
              {}},
             {"LABEL=swap none swap sw 0 0\n",
              "mounts: [[LABEL=swap, none, swap, 'sw,pri=5', '0', '0']]\n",
              "",
              {"warning USER_DATA: mounts: LABEL=swap" + stays + "sw"}},
             {"#/swap.img none swap sw 0 0\n/other none swap sw 0 0\n/swap.img /a ext4 loop 0 0\n",
              swap,
              "/swap.img\tnone\tswap\tsw,nofail\t0\t0\n",
              {}},
             {"",
              swap + "mounts: [[/swap.img, none, swap, sw, '0', '0']]\n",
              "/swap.img\tnone\tswap\tsw\t0\t0\n",
              {}},
         }) {
        CAPTURE(row.theirs, row.text);
        DataMachine machine;
        machine.tree.file("/etc/fstab", row.theirs);
        machine.say(row.text);
        auto lines = machine.run(Stage::local);
        if (!row.ours.empty()) lines.erase(lines.begin(), lines.begin() + 2);
        CHECK(lines == row.problems);
        CHECK(machine.text_of("/etc/fstab") ==
              row.theirs +
                  (row.ours.empty() ? "" : "# BEGIN onectx\n" + row.ours + "# END onectx\n"));
    }
}

TEST_CASE("mounts are lines of fstab of ours", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/fstab", "UUID=x / ext4 defaults 0 1\n/dev/sdb /taken ext4 ro 0 0\n");
    machine.say(
        "mounts:\n- [ /dev/vdb, /opt/data ]\n- [ xvdh, '/mnt/my disk', auto, 'defaults,noauto', "
        "'0', "
        "'0' ]\n- [ LABEL=swap, none, swap, sw, 0, 0 ]\n- [ sdb, /taken ]\n");
    CHECK(machine.run(Stage::local) ==
          Lines{"user-data-mounts", "  /opt/data", "  /mnt/my disk", "  /etc/fstab",
                "warning USER_DATA: mounts: /taken has a line in /etc/fstab already, which stays"});
    CHECK(machine.text_of("/etc/fstab") ==
          "UUID=x / ext4 defaults 0 1\n/dev/sdb /taken ext4 ro 0 0\n# BEGIN onectx\n"
          "/dev/vdb\t/opt/data\tauto\tdefaults,nofail\t0\t2\n"
          "/dev/xvdh\t/mnt/my\\040disk\tauto\tdefaults,noauto\t0\t0\n"
          "LABEL=swap\tnone\tswap\tsw\t0\t0\n# END onectx\n");
    const std::string mount = "  /bin/sh -c mountpoint -q \"$1\" || mount \"$1\" mount ";
    auto lines = machine.run(Stage::network);
    CHECK(lines == Lines{"user-data-mount", "  /bin/systemctl daemon-reload", mount + "/opt/data",
                         "  /sbin/swapon -a -e", mount + "/taken"});
    CHECK(machine.run(Stage::network) == kNothing);

    DataMachine wrong;
    wrong.tree.file("/dev/vdb", "");
    wrong.say(
        "mounts:\n- [ ephemeral0, /mnt ]\n- [ /dev/vdb ]\n- [ vdb, /etc ]\n- [ vdb, mnt ]\n"
        "- text\n- [ vdb, /a, ext4, 'a b' ]\n- [ vdb, /b ]\n- [ vdc, /b ]\n"
        "- [ vdd, /d, ext4, ro, x, '0' ]\nmount_default_fields: [~, ~, xfs, ro, '0', '0']\n");
    CHECK(wrong.run(Stage::local) ==
          Lines{"user-data-mounts", "  /b", "  /etc/fstab",
                "error USER_DATA: 3:3: mounts[0]: 'ephemeral0' names a disk of clouds that have "
                "such; name the device; it is left out",
                "error USER_DATA: 4:3: mounts[1]: has no mount point; it is left out",
                "error USER_DATA: 5:3: mounts[2]: '/etc' belongs to the system; nothing is mounted "
                "there; it is left out",
                "error USER_DATA: 6:3: mounts[3]: 'mnt' is no mount point; it is left out",
                "error USER_DATA: 7:3: mounts[4]: must be a list of one to six fields; it is left "
                "out",
                "error USER_DATA: 8:3: mounts[5]: 'a b' is no field of fstab(5); it is left out",
                "error USER_DATA: 10:3: mounts[7]: '/b' is a mount point already; left out",
                "error USER_DATA: 11:3: mounts[8]: the last two fields are numbers; it is left "
                "out"});
    CHECK(wrong.text_of("/etc/fstab") ==
          "# BEGIN onectx\n/dev/vdb\t/b\txfs\tro\t0\t0\n# END onectx\n");
}

TEST_CASE("a device that is not there and would stop a boot", "[user-data]")
{
    struct Row {
        std::string source;
        std::string options;
        bool is_said;
    };
    for (const auto& row : std::vector<Row>{
             {"/dev/vdb", "defaults", false},  // is there
             {"/dev/vdc", "defaults", true},
             {"vdc", "ro", true},
             {"/dev/vdc", "ro,nofail", false},
             {"/dev/vdc", "noauto", false},
             {"/dev/vdc", "_netdev", false},
             {"LABEL=data", "ro", false},  // is there
             {"LABEL=other", "ro", true},
             {"'LABEL=o:r'", "ro", false},  // cannot be told
             {"UUID=1-2", "ro", true},
             {"PARTUUID=1-2", "ro", true},
             {"PARTLABEL=x", "ro", true},
             {"'nas:/pool'", "ro", false},
         }) {
        CAPTURE(row.source, row.options);
        DataMachine machine;
        machine.tree.file("/dev/vdb", "").link("/dev/disk/by-label/data", "../../vdb");
        machine.say("mounts: [[" + row.source + ", /data, auto, '" + row.options + "']]\n");
        const auto lines = machine.run(Stage::local);
        REQUIRE(lines.size() == (row.is_said ? 4 : 3));
        if (row.is_said)
            CHECK(
                lines.back().ends_with(" is not there, and the options of /data have no nofail: "
                                       "a boot without it may stop"));
        CHECK(machine.text_of("/etc/fstab").find("\t" + row.options + "\t") != std::string::npos);
        DataMachine image;
        image.facts.offline = true;
        image.context = machine.context;
        CHECK(image.run(Stage::local).size() == 3);
    }
    // Without udev a label says nothing.
    DataMachine plain;
    plain.say("mounts: [[LABEL=data, /data, auto, ro]]\n");
    CHECK(plain.run(Stage::local).size() == 3);
}

TEST_CASE("what is mounted is a device, a label, a share or needs none", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "mounts:\n- [ mmcblk0p1, /a ]\n- [ nvme1n1, /b ]\n- [ 'nas:/pool', /c, nfs ]\n"
        "- [ scratch, /d, tmpfs ]\n- [ shared, /e, virtiofs ]\n- [ /dev/ephemeral0, /f ]\n"
        "- [ ebs0, /g ]\n- [ root, /h ]\n- [ shared, /i ]\n- [ disk.1, none, swap, sw, 0, 0 ]\n");
    auto no_device = [](const std::string& place, const std::string& source) {
        return "error USER_DATA: " + place + ": '" + source +
               "' is no device, label or share; it is left out";
    };
    CHECK(machine.run(Stage::local) ==
          Lines{"user-data-mounts", "  /a", "  /b", "  /c", "  /d", "  /e", "  /etc/fstab",
                "error USER_DATA: 8:3: mounts[5]: '/dev/ephemeral0' names a disk of clouds that "
                "have such; name the device; it is left out",
                no_device("9:3: mounts[6]", "ebs0"), no_device("10:3: mounts[7]", "root"),
                no_device("11:3: mounts[8]", "shared"), no_device("12:3: mounts[9]", "disk.1")});
    CHECK(machine.text_of("/etc/fstab") ==
          "# BEGIN onectx\n/dev/mmcblk0p1\t/a\tauto\tdefaults,nofail\t0\t2\n"
          "/dev/nvme1n1\t/b\tauto\tdefaults,nofail\t0\t2\n"
          "nas:/pool\t/c\tnfs\tdefaults,nofail\t0\t2\n"
          "scratch\t/d\ttmpfs\tdefaults,nofail\t0\t2\n"
          "shared\t/e\tvirtiofs\tdefaults,nofail\t0\t2\n# END onectx\n");
}

}  // namespace onectx::test
