// Where a machine finds its context by itself: each source on a whole boot, in a root and in
// namespaces of its own (tests/support/boot_inside), and the boot that finds none.
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kKeyStart = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILaO";

struct Boot {
    std::string words;  // "local: 0\nnetwork: 0\nNAME\n"
    std::string err;
    std::vector<std::string> sources;  // of each run
    std::chrono::milliseconds took{};
};

struct Machine {
    Machine()
    {
        write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        write("etc/group", "root:x:0:\n");
        write("etc/shadow", "root:*:19700:0:99999:7:::\n");
        write("etc/hostname", "before\n");
        write("sys/class/dmi/id/product_uuid", "0a1b2c3d-0000-4000-8000-000000000001\n");
        write("etc/onectx/guest.conf", "[source]\nwait = 1\n");
        fs::create_directories(folder.path() / "root");
        fs::permissions(folder.path() / "root", fs::perms::owner_all);
    }
    void write(const std::string& name, std::string_view text) const
    {
        write_file(folder.path() / name, text);
    }
    [[nodiscard]] std::string text(const std::string& name) const
    {
        return fs::exists(folder.path() / name) ? read_file(folder.path() / name) : "(none)";
    }
    [[nodiscard]] Boot boot(const std::string& server, const std::string& stages) const
    {
        const auto start = std::chrono::steady_clock::now();
        auto done = run_program({source_folder() / "tests/support/boot_inside", folder.path(),
                                 built_program("onectx-guest"), server, stages});
        INFO(done.err);
        REQUIRE(done.status == 0);
        const auto end = done.out.find('{');
        REQUIRE(end != std::string::npos);
        Boot boot{done.out.substr(0, end), done.err, {}, {}};
        const auto status = json::parse(done.out.substr(end));
        for (const auto& run : status["runs"])
            boot.sources.push_back(run["source"]);
        boot.took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start);
        return boot;
    }

    TemporaryFolder folder;
};

bool may_boot()
{
    if (geteuid() == 0) return true;
    SUCCEED("namespaces of one's own need root");
    return false;
}

using Sources = std::vector<std::string>;

}  // namespace

TEST_CASE("no source: exit status 3, at the deadline", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    const auto boot = machine.boot("-", "local network");
    CHECK(boot.words == "local: 3\nnetwork: 3\nbefore\n");
    CHECK(boot.sources.empty());
    CHECK(boot.took > std::chrono::milliseconds(900));
    CHECK(machine.text("etc/hostname") == "before\n");
}

TEST_CASE("VMware's guestinfo, with a file beside it", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    machine.write("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n");
    machine.write("etc/onectx/guest.conf", "[source]\nwait = 60\n");
    // SET_HOSTNAME='vm' and ONEGATE_ENDPOINT, and the token in a file.
    machine.write("sbin/vmware-rpctool",
                  "#!/bin/sh\ncase $1 in\n*.context) printf \"SET_HOSTNAME='vm'\\n\" | base64 ;;\n"
                  "*.file.0) echo token.txt; printf secret | base64 ;;\n*) exit 1 ;;\nesac\n");
    REQUIRE(chmod((machine.folder.path() / "sbin/vmware-rpctool").c_str(), 0755) == 0);
    const auto boot = machine.boot("-", "local network");
    INFO(boot.err);
    CHECK(boot.words == "local: 0\nnetwork: 0\nvm\n");
    CHECK(boot.sources == Sources{"guestinfo.opennebula.context", "guestinfo.opennebula.context"});
    CHECK(machine.text("etc/hostname") == "vm\n");
    CHECK(boot.took < std::chrono::seconds(30));
}

TEST_CASE("the folder of a container", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    machine.write("context/context.sh", "SET_HOSTNAME='box'\n");
    const auto boot = machine.boot("-", "local");
    INFO(boot.err);
    CHECK(boot.words == "local: 0\nbox\n");
    CHECK(boot.sources == Sources{"/context"});
}

TEST_CASE("a metadata service: never unless asked for, then kept for boots without it", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    CHECK(machine.boot("context", "local network").words == "local: 3\nnetwork: 3\nbefore\n");

    machine.write("etc/onectx/guest.conf",
                  "[source]\nwait = 0\nmetadata = yes\n"
                  "metadata-address = http://127.0.0.1/context\nmetadata-seconds = 20\n");
    const auto first = machine.boot("context", "local network");
    INFO(first.err);
    CHECK(first.words == "local: 3\nnetwork: 0\ndb\n");
    CHECK(first.sources == Sources{"http://127.0.0.1/context"});
    CHECK(machine.text("etc/hostname") == "db\n");
    CHECK(machine.text("root/.ssh/authorized_keys").find(kKeyStart) != std::string::npos);
    struct stat status{};
    REQUIRE(stat((machine.folder.path() / "var/lib/onectx/metadata").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600U);

    machine.write("etc/onectx/guest.conf",
                  "[source]\nwait = 0\nmetadata = yes\n"
                  "metadata-address = http://127.0.0.1/context\nmetadata-seconds = 1\n");
    const auto second = machine.boot("-", "local network");
    INFO(second.err);
    CHECK(second.words == "local: 0\nnetwork: 0\ndb\n");
    CHECK(second.sources == Sources{"/var/lib/onectx/metadata", "/var/lib/onectx/metadata"});
    CHECK(machine.text("root/.ssh/authorized_keys").find(kKeyStart) != std::string::npos);

    // Another machine with a copy of the disk begins with nothing of it.
    machine.write("sys/class/dmi/id/product_uuid", "0a1b2c3d-0000-4000-8000-000000000002\n");
    CHECK(machine.boot("-", "local").words == "local: 3\nbefore\n");
}

TEST_CASE("what a metadata service says anew is made so at once", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    machine.write("etc/onectx/guest.conf",
                  "[source]\nwait = 0\nmetadata = yes\n"
                  "metadata-address = http://127.0.0.1/context\nmetadata-seconds = 20\n");
    machine.write("var/lib/onectx/metadata",
                  "0a1b2c3d-0000-4000-8000-000000000001\nSET_HOSTNAME='old'\n");
    const auto boot = machine.boot("context", "local network");
    INFO(boot.err);
    CHECK(boot.words == "local: 0\nnetwork: 0\ndb\n");
    CHECK(boot.sources == Sources{"/var/lib/onectx/metadata", "http://127.0.0.1/context"});
}

TEST_CASE("a context that cannot be read is found in the status and on the screen", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    fs::create_directories(machine.folder.path() / "context/context.sh");
    machine.write("kmsg", "");
    machine.write("steps/status", "inside /run/guest status\n");
    const auto boot = machine.boot("-", "local status");
    INFO(boot.words);
    CHECK(boot.words.starts_with("local: 4\n"));
    CHECK(boot.words.find("  local  failed  ") != std::string::npos);
    const std::string reason = "read the context in /context: context.sh is no regular file";
    CHECK(boot.words.find("  error: " + reason + "\n") != std::string::npos);
    CHECK(boot.sources == Sources{""});
    CHECK(machine.text("kmsg") ==
          "<3>onectx-guest: local failed: " + reason + "; onectx-guest status says more\n");

    // What came to nothing was no local stage: the next one does what that would have done.
    machine.write("steps/mend",
                  "rmdir \"$root/context/context.sh\"\n"
                  "echo \"SET_HOSTNAME='box'\" >\"$root/context/context.sh\"\n");
    const auto mended = machine.boot("-", "local mend network");
    INFO(mended.err);
    CHECK(mended.words == "local: 4\nmend: 0\nnetwork: 0\nbox\n");
}

TEST_CASE("a step that fails has one line on the screen", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    machine.write("context/context.sh", "SET_HOSTNAME='box'\n");
    machine.write("kmsg", "");
    fs::create_directories(machine.folder.path() / "etc/hosts");
    const auto boot = machine.boot("-", "local");
    INFO(boot.err);
    CHECK(boot.words == "local: 1\nbefore\n");
    CHECK(machine.text("kmsg") ==
          "<3>onectx-guest: local failed: hostname; onectx-guest status says more\n");
}

TEST_CASE("what a run says that nobody reads is in the system's log", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    machine.write("context/context.sh", "SET_HOSTNAME='box'\nrm -rf /\n");
    machine.write("steps/quiet",
                  "python3 -B - \"$root\" <<'END'\n"
                  "import socket, subprocess, sys\n"
                  "root = sys.argv[1]\n"
                  "log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
                  "log.bind(root + '/dev/log')\n"
                  "log.settimeout(0)\n"
                  "for command in (['apply'], ['plan']):\n"
                  "    subprocess.run(['chroot', root, '/run/guest', *command],\n"
                  "                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
                  "while True:\n"
                  "    try:\n"
                  "        line = log.recv(9999).decode()\n"
                  "    except BlockingIOError:\n"
                  "        break\n"
                  "    print(line[:line.index('[')] + line[line.index(']') + 1:])\n"
                  "END\n");
    const auto boot = machine.boot("-", "quiet");
    INFO(boot.err);
    CHECK(boot.words == "<27>onectx-guest: /context:2:1: not an assignment: 'rm'\nquiet: 0\nbox\n");
}

TEST_CASE("a note that comes while a run fails is taken all the same", "[source]")
{
    if (!may_boot()) return;
    const Machine machine;
    machine.write("context/context.sh", "VMID='7'\nSET_HOSTNAME='box'\n");
    machine.write(
        "steps/swap",
        "say() { printf \"VMID='$1'\\nSET_HOSTNAME='$2'\\n\" >\"$root/context/context.sh\"; }\n"
        "exec 4>>\"$root/run/onectx/lock\"\n"
        "flock 4\n"
        "say 9 other\n"
        "inside /run/guest trigger 4>&-\n"
        "chroot \"$root\" /run/guest apply --pending 3>&- 4>&- &\n"
        "while [ -e \"$root/run/onectx/pending\" ]; do sleep 0.05; done\n"
        "sleep 1\n"  // it has read the context, and waits for the lock
        "say 7 right\n"
        "inside /run/guest trigger 4>&-\n"
        "exec 4>&-\n"
        "status=0\n"
        "wait $! || status=$?\n"
        "hostname\n"
        "exit $status\n");
    const auto boot = machine.boot("-", "local swap");
    INFO(boot.err);
    CHECK(boot.words == "local: 0\nright\nswap: 0\nright\n");
}

}  // namespace onectx::test
