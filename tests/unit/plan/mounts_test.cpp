// File systems that the host shares: what is mounted, what is unmounted, and what is refused.
#include "guest/plan/plan.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kBoot = "0a0a\n";

struct Sharing : Machine {
    Sharing()
    {
        tree.file("/proc/sys/kernel/random/boot_id", kBoot).directory("/mnt").directory("/srv");
        context =
            context_of({{"DISK3_MOUNT_TAG", "one-tag-7"}, {"DISK3_MOUNT_POINT", "/mnt/one-fs-7"}});
    }

    void mounted(const std::string& type, const std::string& tag, const std::string& target)
    {
        mounts += "30 1 0:44 / " + target + " rw,relatime - " + type + " " + tag + " rw\n";
        tree.file("/proc/self/mountinfo", mounts);
    }
    void record(const std::string& text) { tree.file("/run/onectx/mounts", text, 0600); }

    Lines planned()
    {
        auto result = run(plan_mounts);
        problems = to_lines(result.problems);
        return paths_of(result.step);
    }
    std::string mounts;
    Lines problems;
};

}  // namespace

TEST_CASE("a shared file system is mounted once", "[mounts]")
{
    Sharing machine;
    CHECK(machine.planned() ==
          Lines{"/run/onectx/mounts", "/mnt/one-fs-7", "mount one-tag-7 /mnt/one-fs-7"});
    CHECK(machine.text_of("/run/onectx/mounts") == "boot 0a0a\none-tag-7\t/mnt/one-fs-7\n");
    machine.mounted("virtiofs", "one-tag-7", "/mnt/one-fs-7");
    CHECK(machine.planned().empty());
    CHECK(machine.problems.empty());
}

TEST_CASE("only what is ours is unmounted", "[mounts]")
{
    Sharing machine;
    machine.context = {};
    machine.mounted("virtiofs", "a", "/mnt/a");
    machine.mounted("virtiofs", "theirs", "/mnt/theirs");
    CHECK(machine.planned().empty());
    machine.record("boot 0a0a\na\t/mnt/a\ngone\t/mnt/gone\nother\t/mnt/theirs\n");
    CHECK(machine.planned() == Lines{"unmount a /mnt/a", "/run/onectx/mounts"});
    CHECK(machine.text_of("/run/onectx/mounts") == "boot 0a0a\n");
    // The record of another boot names mounts of others by chance only.
    machine.record("boot ffff\na\t/mnt/a\n");
    CHECK(machine.planned().empty());
    machine.record("boot 0a0a\na\t/mnt/a\n");
    machine.policy.mounts = Rule::off;
    CHECK(machine.planned().empty());
}

TEST_CASE("a mount point that changes hands", "[mounts]")
{
    Sharing machine;
    machine.tree.directory("/mnt/one-fs-7");
    machine.mounted("virtiofs", "old", "/mnt/one-fs-7");
    machine.record("boot 0a0a\nold\t/mnt/one-fs-7\n");
    CHECK(machine.planned() == Lines{"unmount old /mnt/one-fs-7", "/run/onectx/mounts",
                                     "mount one-tag-7 /mnt/one-fs-7"});
}

TEST_CASE("a mount point that others have", "[mounts]")
{
    Sharing machine;
    machine.mounted("ext4", "/dev/vdb", "/mnt/one-fs-7");
    CHECK(machine.planned() == Lines{"/run/onectx/mounts"});
    CHECK(machine.problems == Lines{"warning DISK3_MOUNT_POINT: '/mnt/one-fs-7' is a mount point "
                                    "already; left as it is"});
    // By fstab, say: then it is there, and not ours to take away later.
    Sharing same;
    same.mounted("virtiofs", "one-tag-7", "/mnt/one-fs-7");
    CHECK(same.planned() == Lines{"/run/onectx/mounts"});
    CHECK(same.problems.empty());
    CHECK(same.text_of("/run/onectx/mounts") == "boot 0a0a\n");
}

TEST_CASE("a context of which a line was refused takes nothing away", "[mounts]")
{
    Sharing machine;
    machine.mounted("virtiofs", "a", "/mnt/a");
    machine.record("boot 0a0a\na\t/mnt/a\n");
    Refusals refusals;
    refusals.any = true;
    const auto settings = make_settings({}, machine.policy, refusals);
    const auto planned =
        plan_mounts({settings, machine.policy, machine.facts, machine.tree, "none"});
    REQUIRE(planned);
    CHECK(paths_of(planned->step) == Lines{"/run/onectx/mounts"});
}

TEST_CASE("mount points and tags that are refused", "[mounts]")
{
    struct Row {
        std::string point;
        std::string problem;
    };
    const std::string owned = " belongs to the system; nothing is mounted there";
    for (const auto& [point, problem] : std::vector<Row>{
             {"relative", "'relative' is no mount point"},
             {"/mnt/../etc", "'/mnt/../etc' is no mount point"},
             {"/mnt/./x", "'/mnt/./x' is no mount point"},
             {"/mnt/\n", ""},
             {"/mnt/a\nb", "'/mnt/a\\x0ab' is no mount point"},
             {"/" + std::string(256, 'x'), "'/" + std::string(59, 'x') + "...' is no mount point"},
             {"/", "'/'" + owned},
             {"//", "'//'" + owned},
             {"/etc", "'/etc'" + owned},
             {"/etc/ssh", "'/etc/ssh'" + owned},
             {"/usr/", "'/usr/'" + owned},
             {"/var", "'/var'" + owned},
             {"/var/lib/onectx/x", "'/var/lib/onectx/x'" + owned},
             {"/proc/1", "'/proc/1'" + owned},
             {"/etcetera", ""},
             {"/home", ""},
             {"/var/lib/mysql", ""}}) {
        CAPTURE(point);
        Sharing machine;
        machine.context = context_of({{"DISK0_MOUNT_TAG", "t"}, {"DISK0_MOUNT_POINT", point}});
        CHECK(machine.planned().empty() == !problem.empty());
        const auto settings = make_settings(machine.context, machine.policy);
        CHECK(to_lines(settings.problems) ==
              (problem.empty() ? Lines{} : Lines{"error DISK0_MOUNT_POINT: " + problem}));
    }
}

TEST_CASE("halves of a wish, and two for one place", "[mounts]")
{
    auto problems = [](std::initializer_list<std::pair<std::string, std::string>> values) {
        return to_lines(make_settings(context_of(values), Policy{}).problems);
    };
    CHECK(problems({{"DISK1_MOUNT_TAG", "t"}}) ==
          Lines{"error DISK1_MOUNT_TAG: there is no MOUNT_POINT for it"});
    CHECK(problems({{"DISK1_MOUNT_POINT", "/mnt/x"}}) ==
          Lines{"error DISK1_MOUNT_POINT: there is no MOUNT_TAG for it"});
    CHECK(problems({{"DISK1_MOUNT_POINT", ""}, {"DISK1_MOUNT_TAG", " "}}).empty());
    CHECK(problems({{"DISK1_MOUNT_POINT", "/x"}, {"DISK1_MOUNT_TAG", std::string(37, 't')}}) ==
          Lines{"error DISK1_MOUNT_TAG: '" + std::string(37, 't') +
                "' is no tag of a shared file system"});
    CHECK(problems({{"DISK10_MOUNT_POINT", "/mnt/x/"},
                    {"DISK10_MOUNT_TAG", "b"},
                    {"DISK2_MOUNT_POINT", "/mnt//x"},
                    {"DISK2_MOUNT_TAG", "a"}}) ==
          Lines{"error DISK10_MOUNT_POINT: '/mnt/x' is the mount point of another disk"});
}

TEST_CASE("links on the way to a mount point", "[mounts]")
{
    Sharing machine;
    machine.tree.directory("/var/mnt").link("/media", "var/mnt");
    machine.context = context_of({{"DISK0_MOUNT_TAG", "t"}, {"DISK0_MOUNT_POINT", "/media/x"}});
    CHECK(machine.planned() == Lines{"/run/onectx/mounts", "/var/mnt/x", "mount t /var/mnt/x"});
    Sharing sly;
    sly.tree.link("/srv/etc", "../etc");
    sly.context = context_of({{"DISK0_MOUNT_TAG", "t"}, {"DISK0_MOUNT_POINT", "/srv/etc"}});
    CHECK(sly.planned() == Lines{"/run/onectx/mounts"});
    CHECK(sly.problems ==
          Lines{"error DISK0_MOUNT_POINT: '/srv/etc' leads to '/etc', which belongs to the system; "
                "nothing is mounted there"});
    Sharing loop;
    loop.tree.link("/srv/loop", "loop");
    loop.context = context_of({{"DISK0_MOUNT_TAG", "t"}, {"DISK0_MOUNT_POINT", "/srv/loop/x"}});
    CHECK(loop.planned() == Lines{"/run/onectx/mounts"});
    CHECK(loop.problems == Lines{"error DISK0_MOUNT_POINT: the way to '/srv/loop/x' leads over a "
                                 "link that is not root's"});
}

}  // namespace onectx::test
