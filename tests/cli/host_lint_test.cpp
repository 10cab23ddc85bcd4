// `onectx lint` and `onectx disk` as others call them: exit codes, both streams, wrong usage.
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {
namespace {

Finished run(std::vector<std::string> arguments, std::string_view input = "")
{
    arguments.insert(arguments.begin(), built_program("onectx"));
    return run_program(arguments, {.input = input});
}

void check(const Finished& finished, int status, std::string_view out, std::string_view err = "")
{
    CHECK(finished.status == status);
    CHECK(finished.out == out);
    CHECK(finished.err == err);
}

}  // namespace

TEST_CASE("lint tells by its exit code how bad it is", "[cli][lint]")
{
    check(run({"lint", "-"}, "CONTEXT = [ USERNAME = alice ]\n"), 0, "");
    check(run({"lint", "-"}, "CONTEXT = [ MY_OWN = 1 ]\n"), 0,
          "standard input:1:13: note: 'MY_OWN' has no meaning but for scripts of your own "
          "[unknown-variable]\n"
          "  CONTEXT = [ MY_OWN = 1 ]\n"
          "              ^\n"
          "  fix: nothing to do when a script reads it\n"
          "1 note\n");
    check(run({"lint", "-"}, "CONTEXT = [ TOKEN = 1 ]\n"), 4,
          "standard input:1:13: warning: TOKEN '1': OpenNebula knows only YES, so there is no "
          "token for OneGate [token-not-yes]\n"
          "  CONTEXT = [ TOKEN = 1 ]\n"
          "              ^\n"
          "  fix: write TOKEN = \"YES\"\n"
          "1 warning\n");
    check(run({"lint", "-"}, "CONTEXT = [ ETH0_MAC = x ]\n"), 3,
          "standard input:1:13: error: ETH0_MAC 'x' is no MAC address [mac]\n"
          "  CONTEXT = [ ETH0_MAC = x ]\n"
          "              ^\n"
          "  fix: write six pairs of hexadecimal digits, as in 02:00:c0:a8:46:96\n"
          "1 error\n");
}

TEST_CASE("lint prints JSON, of a clean text too", "[cli][lint]")
{
    check(run({"lint", "-", "--json"}, "CONTEXT = []\n"), 0, "[]\n");
    auto finished = run({"lint", "-", "--json"}, "A = x y\n");
    CHECK(finished.status == 3);
    auto json = nlohmann::json::parse(finished.out);
    // What is missing may stand where nothing could be read.
    REQUIRE(json.size() == 1);
    CHECK(json[0]["rule"] == "syntax");
}

TEST_CASE("lint judges by hypervisor, toolstack, machine and images", "[cli][lint]")
{
    TemporaryFolder folder;
    write_file(folder.path() / "image", "NAME = root\nTYPE = 5\nSTATE = 1\n");
    constexpr std::string_view kText =
        "CPU = 1\nMEMORY = 1\nDISK = [ IMAGE = root ]\nCONTEXT = [ DRIVER = raw, TARGET = hdb ]\n";
    auto rules = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"lint", "-", "--json"});
        auto finished = run(arguments, kText);
        std::string ids;
        for (const auto& finding : nlohmann::json::parse(finished.out))
            ids += finding["rule"].get<std::string>() + ' ';
        return ids;
    };
    CHECK(rules({}).empty());
    CHECK(rules({"--hypervisor", "xen3"}) == "xen-raw xen-cdrom ");
    CHECK(rules({"--hypervisor", "xen4"}) == "xen-cdrom ");
    CHECK(rules({"--hypervisor", "xen4", "--toolstack", "xm"}) == "xen-raw xen-cdrom ");
    CHECK(rules({"--machine", "q35"}) == "context-bus ");
    CHECK(rules({"--image", (folder.path() / "image").string()}) == "image-type ");
    // As `oneimage show -x` prints it.
    write_file(folder.path() / "image.xml",
               "<IMAGE><ID>3</ID><NAME>root</NAME><TYPE>5</TYPE><PERSISTENT>0</PERSISTENT>"
               "<STATE>1</STATE><TEMPLATE><A>b</A></TEMPLATE></IMAGE>");
    CHECK(rules({"--image", (folder.path() / "image.xml").string()}) == "image-type ");
}

TEST_CASE("lint lists all that a build would refuse of FILES", "[cli][lint]")
{
    TemporaryFolder folder;
    auto root = folder.path();
    write_file(root / "a", "x");
    write_file(root / "sub/a", "x");
    write_file(root / "kept/secret", "x");
    write_file(root / "t",
               "CONTEXT = [\n"
               " FILES = \"a sub/a none kept/secret a:context.sh http://h/ ftp://h/x\" ]\n");
    auto files = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"lint", (root / "t").string(), "--json"});
        auto finished = run(options);
        CHECK(finished.status == 3);
        std::string messages;
        for (const auto& finding : nlohmann::json::parse(finished.out)) {
            if (finding["rule"] == "file-list")
                messages += finding["message"].get<std::string>() + '\n';
        }
        return messages;
    };
    CHECK(files({}) == "FILES: 'ftp://h/x': only http and https addresses are fetched\n");
    write_file(root / "t",
               "CONTEXT = [\n"
               " FILES = \"a sub/a none kept/secret a:context.sh http://h/\" ]\n");
    CHECK(files({"--restricted-dirs", (root / "kept").string()}) ==
          "FILES: 'a' is on the image already; write path:name to give another name\n"
          "FILES: none: No such file or directory\n"
          "FILES: kept/secret: files in " +
              (root / "kept").string() +
              " are restricted\n"
              "FILES: 'context.sh': the image has its own context.sh; write path:name to give "
              "another "
              "name\n"
              "FILES: http://h/: no file name in the address; write 'address':name\n");
    auto config = (root / "host.conf").string();
    write_file(root / "host.conf", "[files]\nnone = 1\n");
    check(run({"lint", (root / "t").string(), "--config", config}), 3, "",
          "onectx: " + config +
              ":2: [files] none is unknown; known are restricted-dirs, safe-dirs\n");
}

TEST_CASE("lint explains logs", "[cli][lint]")
{
    constexpr std::string_view kExplained =
        "line 1: Block device type \"raw\" is invalid. [xen-raw]\n"
        "  cause: xend (xm) knows phy, file and tap; the prefix raw: is of xl. OpenNebula's xen4 "
        "drivers write it when a disk has no DRIVER.\n"
        "  fix: set DRIVER = \"file:\" in CONTEXT and in the DISKs (phy: for block devices), or "
        "stop xend and use xl; where Xen 4 runs with xend, use the xen3 drivers.\n";
    constexpr std::string_view kLog = "Block device type \"raw\" is invalid.";
    TemporaryFolder folder;
    auto file = (folder.path() / "7.log").string();
    write_file(file, kLog);
    check(run({"lint", "--explain", std::string(kLog)}), 0, kExplained);
    check(run({"lint", "--explain", "-"}, kLog), 0, kExplained);
    check(run({"lint", "--explain", "@" + file}), 0, kExplained);
    check(run({"lint", "--explain", "all is well"}), 4, "",
          "onectx: nothing in this text is a known failure; docs/lint.md lists them\n");
    check(run({"lint", "--explain", "@" + file + ".none"}), 1, "",
          "onectx: " + file + ".none: No such file or directory\n");
}

TEST_CASE("lint and disk refuse wrong usage", "[cli][lint][disk]")
{
    constexpr std::string_view kEither =
        "onectx: lint takes either INPUT or --explain; onectx lint --help shows how\n";
    check(run({"lint"}), 2, "", kEither);
    check(run({"lint", "x", "--explain", "y"}), 2, "", kEither);
    CHECK(run({"lint", "-", "--hypervisor", "bhyve"}).status == 2);
    CHECK(run({"disk", "-", "--hypervisor", "kvm"}).status == 2);
    CHECK(run({"disk", "-", "--source", "/x"}).status == 2);
    check(run({"disk", "-", "--hypervisor", "kvm", "--source", "x"}, "CONTEXT=[TARGET=hda]"), 2, "",
          "onectx: --source: expected an absolute path\n");
    constexpr std::string_view kXen =
        "onectx: --toolstack is of Xen: --hypervisor xen3 or xen4 belongs to it\n";
    check(run({"lint", "-", "--toolstack", "xm"}), 2, "", kXen);
    check(run({"disk", "-", "--hypervisor", "kvm", "--toolstack", "xl", "--source", "/x"}), 2, "",
          kXen);
    TemporaryFolder folder;
    auto lan = (folder.path() / "lan.xml").string();
    write_file(lan, "<VNET><ID>1</ID></VNET>");
    check(run({"lint", "-", "--image", lan}, "CONTEXT=[]"), 3, "",
          "onectx: --image: " + lan + " is the record of something else than an image\n");
    check(run({"lint", "/nowhere/at-all"}), 1, "",
          "onectx: /nowhere/at-all: No such file or directory\n");
}

TEST_CASE("disk prints what the hypervisor needs", "[cli][disk]")
{
    check(run({"disk", "-", "--hypervisor", "xen3", "--source", "/srv/web.iso"},
              "CONTEXT = [ TARGET = xvdc, DRIVER = raw ]\n"),
          0, "disk = [\n    'file:/srv/web.iso,xvdc:cdrom,r',\n]\n",
          "onectx: warning: DRIVER raw: does not work under xm for a file; file: is used\n");
    check(run({"disk", "-", "--hypervisor", "xen4", "--source", "/srv/web.iso"},
              "CONTEXT = [ TARGET = xvdc ]\n"),
          0,
          "disk = [\n    "
          "'format=raw,vdev=xvdc,access=ro,devtype=cdrom,target=/srv/web.iso',\n]\n");
    check(run({"disk", "-", "--hypervisor", "kvm", "--source", "/dev/vg/context-7"},
              "OS = [ MACHINE = q35 ]\nDISK = [ IMAGE = root, TARGET = sda ]\nCONTEXT = []\n"),
          0,
          "<disk type='block' device='cdrom'>\n"
          "    <source dev='/dev/vg/context-7'/>\n"
          "    <target dev='sdb' bus='sata'/>\n"
          "    <readonly/>\n"
          "    <driver name='qemu' type='raw' cache='none'/>\n"
          "</disk>\n",
          "onectx: warning: no TARGET in the CONTEXT section; sdb is taken, as OpenNebula does "
          "where nothing else is set\n");
}

TEST_CASE("disk refuses templates that say nothing of use", "[cli][disk]")
{
    auto disk = [](std::string_view text) {
        return run({"disk", "-", "--hypervisor", "xen4", "--source", "/srv/web.iso"}, text);
    };
    check(disk("A=1\n"), 3, "", "standard input:1:1: no CONTEXT section\n");
    check(disk("CONTEXT = [ TARGET = cdrom ]\n"), 3, "",
          "standard input:1:13: TARGET 'cdrom' names no disk, such as hda\n"
          "  CONTEXT = [ TARGET = cdrom ]\n"
          "              ^\n");
    check(disk("CONTEXT = [ TARGET = vda ]\n"), 3, "",
          "onectx: TARGET: Xen has no disk vda (hda to hdt, sda to sdiv, xvda to xvdp)\n");
    check(disk("A = x y\n"), 3, "",
          "standard input:1:7: expected '=' after y; a value of several words needs quotes\n"
          "  A = x y\n"
          "        ^\n");
}

}  // namespace onectx::test
