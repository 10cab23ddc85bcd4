// Findings as text and as JSON, and the logs that `lint --explain` knows.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/text.h"
#include "host/lint/explain.h"
#include "host/lint/lint.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::lint::test {
namespace {

using onectx::test::read_file;

Findings findings_of(std::string_view text)
{
    auto scan = scan_template(text);
    return run_rules(make_subject(text, scan, {}, {}));
}

std::string ids_of(std::string_view log)
{
    std::string ids;
    for (const auto& one : explain(log))
        ids += std::to_string(one.line) + ':' + std::string(one.failure->id) + ' ';
    return ids;
}

// What the table in docs/lint.md says of a failure.
std::string table_row(const Failure& failure)
{
    std::string text;
    for (auto part : split(failure.text, '*'))
        text += (text.empty() ? "" : " … ") + std::string(part);
    return "| `" + std::string(failure.id) + "` | " + join(split_words(text), " ") + " |";
}

}  // namespace

TEST_CASE("findings as text", "[lint]")
{
    auto findings =
        findings_of("CONTEXT = [\n  ETH0_MASK = 255.0.255.0,\n  MY_OWN = 1,\n  PASSWORD = x ]\n");
    CHECK(report_text(findings, "web.tmpl", false) ==
          "web.tmpl:2:3: error: ETH0_MASK '255.0.255.0' has holes [mask]\n"
          "    ETH0_MASK = 255.0.255.0,\n"
          "    ^\n"
          "  fix: a mask is ones and then zeros, as in 255.255.255.0\n"
          "web.tmpl:2:3: error: ETH0_MASK: there is no ETH0_MAC, by which a guest finds the "
          "interface [nic-without-mac]\n"
          "    ETH0_MASK = 255.0.255.0,\n"
          "    ^\n"
          "  fix: set ETH0_MAC, or let NETWORK = YES make the variables\n"
          "web.tmpl:3:3: note: 'MY_OWN' has no meaning but for scripts of your own "
          "[unknown-variable]\n"
          "    MY_OWN = 1,\n"
          "    ^\n"
          "  fix: nothing to do when a script reads it\n"
          "web.tmpl:4:3: warning: PASSWORD lets everybody read the password who reads the "
          "template, the image or the CD in the machine [plain-password]\n"
          "  fix: give its hash as CRYPTED_PASSWORD_BASE64: the output of `openssl passwd -6 | "
          "base64 -w0`\n"
          "2 errors, 1 warning, 1 note\n");
    CHECK(report_text(findings_of("CONTEXT=[USERNAME=alice]"), "t", true).empty());
}

TEST_CASE("findings in the colours of a terminal", "[lint]")
{
    auto text = report_text(findings_of("CONTEXT=[TOKEN=1]"), "t", true);
    CHECK(text.starts_with("t:1:10: \x1b[1;35mwarning:\x1b[0m TOKEN '1'"));
}

TEST_CASE("findings as JSON", "[lint]")
{
    auto json = nlohmann::json::parse(report_json(findings_of("CONTEXT=[TOKEN=\"\xff\"]")));
    REQUIRE(json.size() == 1);
    CHECK(json[0]["rule"] == "token-not-yes");
    CHECK(json[0]["severity"] == "warning");
    CHECK(json[0]["line"] == 1);
    CHECK(json[0]["column"] == 10);
    CHECK(json[0]["message"] ==
          "TOKEN '\xef\xbf\xbd': OpenNebula knows only YES, so there is no token for OneGate");
    CHECK(json[0]["fix"] == "write TOKEN = \"YES\"");
    CHECK(json[0].size() == 6);
    CHECK(report_json({}) == "[]\n");
}

TEST_CASE("logs that are known", "[lint][explain]")
{
    struct Row {
        std::string_view log, ids;
    };
    auto row = GENERATE(values<Row>({
        {"Error: Block device type \"raw\" is invalid.\n", "1:xen-raw "},
        {"[VMM][I]: Error: Device 51728 (vbd) could not be connected.\n"
         "/var/lib/one/datastores/0/7/disk.2 is not a block device.\n",
         "1:xen-phy "},
        {"Device 51728 (vbd) could not be connected. /srv/disk.2 is not a block device.",
         "1:xen-phy "},
        {"Error: Device 768 (vbd) could not be connected. Hotplug scripts not working.",
         "1:xen-hotplug "},
        {"Device 5632 (vbd) could not be connected. File /x is loopback-mounted",
         "1:xen-not-connected "},
        {"error: unsupported configuration: IDE controllers are unsupported for this QEMU binary "
         "or machine type",
         "1:kvm-no-ide "},
        {"-device ide-cd,bus=ide.1: Bus 'ide.1' not found", "1:kvm-no-bus "},
        {"x\nerror: Failed to complete action insert on media\n"
         "error: internal error: unable to execute QEMU command 'blockdev-add': 'file' driver "
         "requires '/var/lib/one//datastores/0/0/disk.1' to be a regular file\n",
         "2:kvm-change 3:kvm-not-a-file "},
        {"error: The disk device 'hda' doesn't have media", "1:kvm-no-medium "},
        {"error: The disk device 'hda' already has media", "1:kvm-has-medium "},
        {"'eject': Device 'drive-ide0-0-0' is locked and force was not specified, wait for tray "
         "to open and try again",
         "1:kvm-locked "},
        {"'blockdev-remove-medium': Tray of device 'ide0-1-0' is not open", "1:kvm-tray "},
        {"Could not open '/d/disk.1': No such file or directory", "1:kvm-missing "},
        {"Error creating iso fs", "1:iso-program "},
        {"xorriso : FAILURE : Not a known command:  '-o'", "1:iso-personality "},
        {"Could not delete temp. to make context dev", "1:context-delete "},
        {"Could not create temp. dir to make context dev", "1:context-directory "},
        {"Error downloading http://x/y", "1:context-download "},
        {"Error copying context ISO to host:/d", "1:context-copy-image "},
        {"Error copying /a b to /w", "1:context-copy "},
        {"/usr/bin/xorriso: Argument list too long", "1:too-long "},
        {"Could not find target device to attach context, will continue without it.",
         "1:no-target "},
        {"Wrong target value in DISK.", "1:xen-target "},
        {"Error parsing: A=$( - syntax error, unexpected", "1:one-syntax "},
        {"Parse error: syntax error, unexpected VARIABLE at line 3", "1:one-parse "},
        {"Only one CONTEXT attribute can be defined.", "1:one-two-contexts "},
        {"Wrong format for CONTEXT attribute.", "1:one-context-form "},
        {"Two disks have defined the same target hda", "1:one-same-target "},
        {"CONTEXT/FILES cannot use /etc/x, it's in restricted directories", "1:one-restricted "},
        {"TOKEN set, but onegate endpoint was not defined in oned.conf.", "1:one-no-onegate "},
        {"Cannot generate OneGate token: TOKEN_PASSWORD not set in the user template.",
         "1:one-no-token "},
        {"MEMORY attribute must be a positive integer value.", "1:one-memory "},
        {"CPU attribute must be a positive float or integer value.", "1:one-cpu "},
        {"Must use FILE variable for attribute.", "1:one-file-variable "},
        {"User 3 does not own an image with name: X . Set IMAGE_UNAME or IMAGE_UID of owner.",
         "1:one-not-owner "},
        {"Only images of type CONTEXT can be used in FILE_DS attribute.", "1:one-file-type "},
        {"CONTEXT Image 'N' not in READY state.", "1:one-not-ready "},
        {"Cannot change image type to an incompatible type for the current datastore.",
         "1:one-image-type "},
        // Once each, and only what is known.
        {"Error creating iso fs\nError creating iso fs\n", "1:iso-program "},
        {"New VM state is ACTIVE\n", ""},
        {"is not a block device\n(vbd) could not be connected", "2:xen-not-connected "},
        {"", ""},
    }));
    CAPTURE(row.log);
    CHECK(ids_of(row.log) == row.ids);
}

TEST_CASE("an explanation says which disk Xen means", "[lint][explain]")
{
    CHECK(explanation_text(explain("x\nDevice 51728 (vbd) could not be connected.\n"
                                   "/d/disk.2 is not a block device.\n")) ==
          "line 2: Device 51728 (vbd) could not be connected. [xen-phy]\n"
          "  cause: the disk was given with phy:, which wants a block device, and the image is a "
          "regular file.\n"
          "  here: device 51728 is the disk with TARGET xvdb.\n"
          "  fix: set DRIVER = \"file:\" for it; onectx disk --hypervisor xen3 prints the whole "
          "line.\n");
    auto json = nlohmann::json::parse(explanation_json(
        explain("Device 5632 (vbd) could not be connected. Hotplug scripts not working.")));
    REQUIRE(json.size() == 1);
    CHECK(json[0]["id"] == "xen-hotplug");
    CHECK(json[0]["line"] == 1);
    CHECK(json[0]["cause"] ==
          "Xen's hotplug scripts gave no answer: udev does not start them, or one of them failed; "
          "device 5632 is the disk with TARGET hdc");
}

TEST_CASE("a log is no way to a terminal", "[lint][explain]")
{
    auto text =
        explanation_text(explain("\x1b[2J Error creating iso fs\a" + std::string(500, 'x')));
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\a') == std::string::npos);
    CHECK(text.size() < 700);
}

TEST_CASE("docs/lint.md lists each known failure with its text", "[lint][explain]")
{
    auto page = read_file(onectx::test::source_folder() / "docs" / "lint.md");
    std::vector<std::string> expected, found;
    for (const auto& failure : known_failures())
        expected.push_back(table_row(failure));
    for (auto line : split_lines(page))
        if (line.starts_with("| `")) found.emplace_back(line);
    CHECK(found == expected);
}

}  // namespace onectx::lint::test
