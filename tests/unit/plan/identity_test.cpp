// Sealing an image, and what its first and later boots make of it.
#include "guest/identity/identity.h"

#include <algorithm>

#include "common/base64.h"
#include "common/digest.h"
#include "common/ssh_key.h"
#include "guest/identity/traces.h"
#include "guest/plan/prune.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"
#include "tests/support/memory_tree.h"

namespace onectx {

using test::MemoryTree;

namespace {

constexpr const char* kOldId = "0123456789abcdef0123456789abcdef\n";
constexpr const char* kFreshId = "fedcba9876543210fedcba9876543210";

Facts offline_facts()
{
    Facts facts;
    facts.offline = true;
    return facts;
}

void give_host_key(MemoryTree& tree, char letter)
{
    tree.file("/etc/ssh/ssh_host_ed25519_key", "private " + std::string(1, letter), 0600)
        .file("/etc/ssh/ssh_host_ed25519_key.pub", test::test_key(letter, "root@image") + "\n");
}

// A machine that has run for a while.
struct UsedMachine : MemoryTree {
    UsedMachine()
    {
        file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
            .file("/etc/group", "root:x:0:\n")
            .file("/etc/machine-id", kOldId, 0444)
            .file("/etc/ssh/sshd_config", "")
            .file("/etc/udev/rules.d/70-persistent-net.rules", "")
            .link("/var/lib/dbus/machine-id", "/etc/machine-id")
            .file("/var/lib/dhcp/dhclient.eth0.leases", "lease")
            .file("/var/lib/dhcp/README", "")
            .file("/var/lib/NetworkManager/secret_key", "")
            .file("/var/lib/NetworkManager/internal-1.lease", "")
            .file("/var/lib/NetworkManager/timestamps", "")
            .file("/var/lib/systemd/random-seed", "seed")
            .file("/var/lib/onectx/instance", "vmid 7\n", 0600)
            .file("/var/lib/onectx/key", "k", 0600)
            .file("/var/log/syslog", "what happened");
        give_host_key(*this, 'a');
    }
};

Plan seal(MemoryTree& tree, Init init = Init::systemd)
{
    auto plan = prune(plan_seal(tree, init), tree, offline_facts());
    for (const auto& step : plan.steps)
        CHECK(step.failure.empty());
    test::apply_to_tree(plan, tree);
    return plan;
}

std::vector<std::string> removed_by(const Plan& plan)
{
    std::vector<std::string> paths;
    for (const auto& step : plan.steps)
        for (const auto& change : step.changes)
            if (std::holds_alternative<RemoveFile>(change)) paths.push_back(path_of(change));
    return paths;
}

std::string text_of(const MemoryTree& tree, std::string_view path)
{
    auto file = tree.read(path);
    return file && *file ? (*file)->content : "(none)";
}

struct Boot {
    std::string vmid;
    std::string uuid = "u1";
    std::vector<std::string> macs = {"02:00:00:00:00:01"};
    bool machine_id_is_fresh = false;
};

// One boot; what it touched.
std::vector<std::string> boot(MemoryTree& tree, const Boot& machine)
{
    IdentityInput input{.tree = tree,
                        .now = {.vmid = machine.vmid, .uuid = machine.uuid, .macs = {}},
                        .fresh_machine_id = kFreshId,
                        .machine_id_is_fresh = machine.machine_id_is_fresh};
    for (const auto& mac : machine.macs)
        input.now.macs.push_back(*parse_mac(mac));
    auto planned = plan_identity(input);
    REQUIRE(planned);
    auto step = prune(planned->step, tree, {});
    test::apply_to_tree(step, tree);
    return test::paths_of(step);
}

const std::vector<std::string> kUntouched;
const std::vector<std::string> kRecordOnly{std::string(kInstanceRecord)};

}  // namespace

TEST_CASE("seal takes away who the machine was and leaves what it is")
{
    UsedMachine tree;
    auto plan = seal(tree);
    CHECK(removed_by(plan) ==
          std::vector<std::string>{
              "/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/ssh_host_ed25519_key.pub",
              "/etc/udev/rules.d/70-persistent-net.rules",
              "/var/lib/NetworkManager/internal-1.lease", "/var/lib/NetworkManager/secret_key",
              "/var/lib/dhcp/dhclient.eth0.leases", "/var/lib/systemd/random-seed",
              "/var/lib/onectx/instance", "/var/lib/onectx/key"});
    CHECK(text_of(tree, "/etc/machine-id").empty());
    CHECK(tree.nodes().at("/etc/machine-id").status.mode == 0444);
    CHECK(tree.link_target("/var/lib/dbus/machine-id").value() == "/etc/machine-id");
    CHECK(text_of(tree, "/var/log/syslog") == "what happened");

    // The stamp knows the keys as ssh-keygen -l shows them.
    auto key = parse_ssh_key(test::test_key('a'));
    REQUIRE(key);
    auto digits = encode_base64(sha256(key->blob));
    digits.resize(digits.find('='));
    CHECK(text_of(tree, kSealStamp) ==
          "# This image was sealed: its first instance gets an identity of its own.\n"
          "host-key SHA256:" +
              digits + "\n");

    // Law 2: a second seal is empty, and forgets no key.
    for (const auto& step : seal(tree).steps)
        CHECK(step.changes.empty());
}

TEST_CASE("without systemd the id goes, as others make one only where there is none")
{
    UsedMachine tree;
    tree.remove("/var/lib/dbus/machine-id").file("/var/lib/dbus/machine-id", kOldId);
    seal(tree, Init::openrc);
    CHECK_FALSE(tree.nodes().contains("/etc/machine-id"));
    CHECK_FALSE(tree.nodes().contains("/var/lib/dbus/machine-id"));
}

TEST_CASE("seal warns where nothing would make host keys again")
{
    UsedMachine tree;
    CHECK(plan_seal(tree, Init::systemd).problems.empty());
    tree.file("/usr/sbin/sshd", "");
    CHECK(test::to_lines(plan_seal(tree, Init::systemd).problems) ==
          std::vector<std::string>{"warning : nothing in this image makes SSH host keys at boot; "
                                   "sshd will not start without"});
    tree.file("/usr/lib/systemd/system/onectx-host-keys.service", "");
    CHECK(plan_seal(tree, Init::systemd).problems.empty());
    tree.remove("/usr/lib/systemd/system/onectx-host-keys.service");
    tree.file("/etc/init.d/onectx-local", "");
    CHECK(plan_seal(tree, Init::sysv).problems.empty());
}

TEST_CASE("the first boot of a sealed image is the first of its instance alone")
{
    UsedMachine tree;
    seal(tree);
    SECTION("straight away: systemd has given the empty file an id")
    {
        tree.file("/etc/machine-id", kOldId, 0444);
        CHECK(boot(tree, {.vmid = "42", .machine_id_is_fresh = true}) ==
              std::vector<std::string>{std::string(kInstanceRecord), std::string(kSealStamp)});
        CHECK(text_of(tree, "/etc/machine-id") == kOldId);
    }
    SECTION("after somebody booted it without a context: what that left is everybody's")
    {
        tree.file("/etc/machine-id", kOldId, 0444).file("/var/lib/systemd/random-seed", "seed");
        give_host_key(tree, 'b');
        CHECK(boot(tree, {.vmid = "42"}) ==
              std::vector<std::string>{"/etc/ssh/ssh_host_ed25519_key",
                                       "/etc/ssh/ssh_host_ed25519_key.pub",
                                       "/var/lib/systemd/random-seed", "/etc/machine-id",
                                       std::string(kInstanceRecord), std::string(kSealStamp)});
        CHECK(text_of(tree, "/etc/machine-id") == std::string(kFreshId) + "\n");
    }
    SECTION("after a run that was killed with half a key gone")
    {
        tree.file("/etc/machine-id", kOldId, 0444);
        give_host_key(tree, 'b');
        tree.remove("/etc/ssh/ssh_host_ed25519_key");
        CHECK(boot(tree, {.vmid = "42", .machine_id_is_fresh = true}) ==
              std::vector<std::string>{"/etc/ssh/ssh_host_ed25519_key.pub",
                                       std::string(kInstanceRecord), std::string(kSealStamp)});
    }
    CHECK(boot(tree, {.vmid = "42"}) == kUntouched);
    // From here on it is a machine like any other: a restored backup keeps its keys.
    give_host_key(tree, 'c');
    CHECK(boot(tree, {.vmid = "43"}) == kRecordOnly);
    CHECK(text_of(tree, "/etc/ssh/ssh_host_ed25519_key") == "private c");
}

TEST_CASE("keys that were sealed away and came back are replaced in every new instance")
{
    UsedMachine tree;
    seal(tree);
    boot(tree, {.vmid = "42"});
    give_host_key(tree, 'a');
    CHECK(boot(tree, {.vmid = "42"}) == kUntouched);
    auto touched = boot(tree, {.vmid = "43"});
    CHECK(std::find(touched.begin(), touched.end(), "/etc/ssh/ssh_host_ed25519_key") !=
          touched.end());
}

TEST_CASE("a machine that was never sealed keeps everything, whatever its number becomes")
{
    UsedMachine tree;
    CHECK(boot(tree, {.vmid = "7", .uuid = "", .macs = {}}) == kUntouched);
    CHECK(boot(tree, {.vmid = "8"}) == kRecordOnly);
    CHECK(text_of(tree, kInstanceRecord) == "vmid 8\nuuid u1\nmac 02:00:00:00:00:01\n");
    // No number, no instance: nothing is known, so nothing is done.
    CHECK(boot(tree, {.vmid = ""}) == kUntouched);
}

TEST_CASE("who is another")
{
    auto instance = [](std::string vmid, std::string uuid, const std::vector<std::string>& macs) {
        Instance made{.vmid = std::move(vmid), .uuid = std::move(uuid), .macs = {}};
        for (const auto& mac : macs)
            made.macs.push_back(*parse_mac(mac));
        return made;
    };
    const std::string one = "02:00:00:00:00:01";
    const std::string two = "02:00:00:00:00:02";
    auto before = instance("1", "u", {one});
    CHECK(is_another(before, instance("2", "u", {one})));
    CHECK(is_another(before, instance("1", "v", {two})));  // another cloud's number 1
    CHECK_FALSE(is_another(before, instance("1", "u", {two})));
    CHECK_FALSE(is_another(before, instance("1", "v", {one, two})));
    CHECK_FALSE(is_another(before, instance("1", "", {two})));
    CHECK_FALSE(is_another(before, instance("1", "v", {})));
    CHECK_FALSE(is_another(before, instance("", "v", {two})));
    CHECK_FALSE(is_another(instance("", "", {}), before));
}

}  // namespace onectx
