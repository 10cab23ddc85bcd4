// See machine.h.
#include "tests/fault/machine.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdlib>

#include "common/base64.h"
#include "common/text.h"
#include "guest/edit/account_file.h"
#include "guest/plan/password_hash.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/machine.h"

namespace onectx::test {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPassword = "wonderland";
constexpr std::uint64_t kDayOfImage = 19700;  // on which passwords of the image were set
constexpr std::uint64_t kNoDay = 99999;       // until which they hold
constexpr std::string_view kMac = "02:00:c0:a8:46:96";

const std::string kUserData =
    "#cloud-config\n"
    "users:\n"
    "- {name: carol, groups: [sudo], sudo: 'ALL=(ALL) NOPASSWD:ALL', plain_text_passwd: wonderland,"
    " lock_passwd: false, ssh_authorized_keys: ['" +
    test_key('c') +
    "']}\n"
    "write_files:\n"
    "- {path: /etc/seed, content: seed}\n"
    "- {path: /etc/late, content: late, defer: true, permissions: '0600'}\n"
    "ntp: {servers: [ntp.example.org]}\n"
    "bootcmd: [/bin/ran bootcmd]\n"
    "runcmd: [/bin/ran runcmd]\n";

// Says who ran in which boot.
constexpr std::string_view kRan =
    "#!/bin/sh\nread boot </proc/sys/kernel/random/boot_id\necho \"$1 $boot\" >>/root/ran\n";

std::string variable(const std::string& name, const std::string& value)
{
    return name + "='" + value + "'\n";
}

bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

// Keyed digests differ as the keys do.
std::string without_digests(std::string_view text)
{
    constexpr std::size_t kDigits = 64;
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && is_hex(text[end]))
            ++end;
        if (end == at) ++end;
        const auto word = text.substr(at, end - at);
        result += word.size() == kDigits ? "(digest)" : word;
        at = end;
    }
    return result;
}

// Who has the password of the context has "(password)"; days since the image are one.
std::string without_salts(std::string_view text)
{
    std::string result;
    for (const auto line : split_lines(text)) {
        std::string shown;
        for (const auto field : split(line, ':')) {
            const bool is_day = parse_number(field, kDayOfImage + 1, kNoDay - 1).has_value();
            const bool is_password = field.size() > 40 && has_hash(Secret(kPassword), field);
            shown += (is_day ? "(day)" : is_password ? "(password)" : std::string(field)) + ":";
        }
        result += shown + "\n";
    }
    return result;
}

std::vector<std::pair<std::string, std::string>> scripts_that_ran(const fs::path& root)
{
    std::vector<std::pair<std::string, std::string>> ran;
    const auto file = root / "root/ran";
    const auto text = fs::exists(file) ? read_file(file) : "";
    for (const auto line : split_lines(text)) {
        const auto words = split_words(line);
        REQUIRE(words.size() == 2);
        ran.emplace_back(words[0], words[1]);
    }
    return ran;
}

}  // namespace

std::string released_guest()
{
    const auto* folder = std::getenv("ONECTX_BIN");
    const auto program =
        (folder != nullptr ? fs::path(folder) : source_folder() / "build/bin") / "onectx-guest";
    INFO(program << " is built by ./dev build");
    REQUIRE(fs::exists(program));
    return program.string();
}

SceneMachine::SceneMachine(Scene scene, fs::path folder, const fs::path& program)
    : scene_(scene), root_(std::move(folder)), program_(program)
{
    write_system();
    write_context();
    if (scene == Scene::image) return;
    for (const auto* name : {"bin/sh", "onectx-guest"})
        fs::create_hard_link(
            name == std::string("bin/sh") ? program.parent_path() / "busybox" : program,
            root_ / name);
    write_sealed();
    if (scene == Scene::boot) return;
    const auto booted = run_program(command({"apply", "--stage", "local"}));
    INFO(booted.err);
    REQUIRE(booted.status == 0);
    fs::remove(root_ / "root/ran");
}

void SceneMachine::write_system() const
{
    const auto write = [&](const std::string& path, std::string_view text) {
        write_file(root_ / path, text);
    };
    write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    write("etc/hostname", "localhost\n");
    write("etc/hosts", "127.0.0.1 localhost\n");
    write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n");
    write("etc/group", "root:x:0:\nshadow:x:42:\nusers:x:100:\nsudo:x:27:\nbob:x:1000:\n");
    write("etc/shadow", "root:*:19700:0:99999:7:::\nbob:!:19700:0:99999:7:::\n");
    REQUIRE(chmod((root_ / "etc/shadow").c_str(), 0640) == 0);
    write("etc/gshadow", "root:*::\nshadow:*::\nusers:*::\nsudo:*::\nbob:!::\n");
    write("etc/subuid", "");
    write("etc/subgid", "");
    write("etc/skel/.profile", "# skeleton\n");
    write("etc/skel/.config/app", "x\n");
    write("etc/sudoers.d/README", "");
    write("etc/timezone", "Etc/UTC\n");
    write("etc/sysconfig/clock", "ZONE=\"UTC\"\n");
    write("etc/pam.d/login", "auth required pam_unix.so\nauth required pam_securetty.so\n");
    write("etc/chrony/chrony.conf", "pool example.org\n");
    write("etc/onectx/guest.conf", "[source]\nwait = 0\n");
    write("usr/share/zoneinfo/Europe/Berlin", "TZif");
    write("usr/sbin/chronyd", "");
    write("usr/sbin/keepalived", "");
    write("bin/ran", kRan);
    REQUIRE(chmod((root_ / "bin/ran").c_str(), 0755) == 0);
    for (const auto* folder : {"home/bob", "root", "var/log", "tmp", "srv", "dev"})
        fs::create_directories(root_ / folder);
    REQUIRE(chown((root_ / "home/bob").c_str(), 1000, 1000) == 0);
    if (scene_ == Scene::image) {
        write("sys/class/net/eth0/address", std::string(kMac) + "\n");
        write("etc/network/interfaces", "auto lo\niface lo inet loopback\n");
        write("sbin/ifup", "");
        return;
    }
    REQUIRE(mknod((root_ / "dev/null").c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0);
    write("lib/systemd/systemd", "");
    write("lib/systemd/system/systemd-networkd.service", "");
    write("lib/systemd/systemd-networkd", "");
    fs::create_directories(root_ / "sbin");
    fs::create_symlink("../lib/systemd/systemd", root_ / "sbin/init");
    const auto wants = root_ / "etc/systemd/system/multi-user.target.wants";
    fs::create_directories(wants);
    fs::create_symlink("/lib/systemd/system/systemd-networkd.service",
                       wants / "systemd-networkd.service");
    write("proc/sys/kernel/random/boot_id", "boot-1\n");
    write("proc/sys/net/ipv4/ip_forward", "0\n");
    for (const auto* hook : {"etc/onectx/hooks.d/local/first", "etc/onectx/hooks.d/second"}) {
        write(hook, "#!/bin/sh\n/bin/ran " + fs::path(hook).filename().string() + "\n");
        REQUIRE(chmod((root_ / hook).c_str(), 0755) == 0);
    }
}

// As `seal` leaves it, and a daemon has made new keys before us.
void SceneMachine::write_sealed() const
{
    const auto key = root_ / "etc/ssh/ssh_host_ed25519_key";
    write_file(key, "private\n");
    write_file(key.string() + ".pub", test_key('h') + "\n");
    const auto sealed =
        run_program({(root_ / "onectx-guest").string(), "seal", "--root", root_.string()});
    INFO(sealed.err);
    REQUIRE(sealed.status == 0);
    REQUIRE_FALSE(fs::exists(key));
    REQUIRE(fs::exists(root_ / "var/lib/onectx/sealed"));
    write_file(key, "private\n");
    write_file(key.string() + ".pub", test_key('h') + "\n");
}

void SceneMachine::write_context() const
{
    write_file(
        root_ / "context/context.sh",
        variable("VMID", "7") + variable("SET_HOSTNAME", "web01.example.org") +
            variable("USERNAME", "alice") + variable("PASSWORD", std::string(kPassword)) +
            variable("ROOT_PASSWORD", "$6$salt$hash") + variable("SSH_PUBLIC_KEY", test_key('a')) +
            variable("BOB_SSH_PUBLIC_KEY", test_key('b')) + variable("TIMEZONE", "Europe/Berlin") +
            variable("SECURETTY", "NO") + variable("ETH0_MAC", std::string(kMac)) +
            variable("ETH0_IP", "192.168.70.150") + variable("ETH0_MASK", "255.255.255.0") +
            variable("ETH0_GATEWAY", "192.168.70.1") + variable("ETH0_DNS", "192.168.70.1") +
            variable("VROUTER_ID", "1") + variable("VROUTER_KEEPALIVED_ID", "9") +
            variable("ETH0_VROUTER_IP", "192.168.70.2") +
            variable("START_SCRIPT", "/bin/ran start-script") +
            variable("USER_DATA_ENCODING", "base64") +
            variable("USER_DATA",
                     encode_base64(scene_ == Scene::image
                                       ? kUserData + "mounts: [[/dev/vdb1, /data, ext4]]\n"
                                       : kUserData)));
}

std::vector<std::string> SceneMachine::command(const std::vector<std::string>& words) const
{
    const std::vector<std::string> of_image{program_.string(), "apply",
                                            "--root",          root_.string(),
                                            "--context",       (root_ / "context").string()};
    if (scene_ == Scene::image && words.empty()) return of_image;
    std::vector<std::string> inside{"/usr/bin/unshare", "-m", "-R", root_.string(),
                                    "/onectx-guest"};
    if (words.empty() && scene_ == Scene::boot)
        inside.insert(inside.end(), {"apply", "--stage", "local"});
    else if (words.empty())
        inside.emplace_back("run-scripts");
    inside.insert(inside.end(), words.begin(), words.end());
    return inside;
}

std::vector<std::string> SceneMachine::show_plan() const
{
    if (scene_ != Scene::image) return command({"plan"});
    auto show = command();
    show[1] = "plan";
    return show;
}

void SceneMachine::start_again() const
{
    write_file(root_ / "proc/sys/kernel/random/boot_id", "boot-2\n");
}

Tree SceneMachine::files() const
{
    auto tree = tree_of(root_);
    std::erase_if(tree, [](const auto& file) {
        // The text of a script that was killed stays, for root alone, until the boot ends.
        return file.first.starts_with("var/log/onectx/") || file.first == "root/ran" ||
               file.first.starts_with("run/onectx/script/") || file.first == "run/onectx/script" ||
               file.first.starts_with("run/onectx/.script.");
    });
    for (auto& [path, text] : tree) {
        const auto attributes = text.substr(0, text.find('\n') + 1);
        // What a killed boot has left is run in the next.
        const bool is_of_boot = scene_ == Scene::scripts && path == "run/onectx/scripts";
        if (path == "run/onectx/status.json" || path.ends_with("lock") || is_of_boot)
            text = attributes;
        else if (path == "var/lib/onectx/key")
            text = attributes + std::to_string(text.size());
        else if (path.find("/onectx/") != std::string::npos)
            text = without_digests(text);
        else if (path == "etc/shadow")
            text = attributes + without_salts(std::string_view(text).substr(attributes.size()));
    }
    return tree;
}

void SceneMachine::check() const
{
    check_accounts(root_);
    std::map<std::pair<std::string, std::string>, int> times;
    for (const auto& one : scripts_that_ran(root_)) {
        CAPTURE(one.first, one.second);
        CHECK(++times[one] == 1);
    }
    // The key that the image had is nobody's, for as long as it is known to be one of an image.
    if (scene_ != Scene::boot) return;
    const bool has_key = fs::exists(root_ / "etc/ssh/ssh_host_ed25519_key");
    const bool is_sealed = fs::exists(root_ / "var/lib/onectx/sealed");
    CHECK((is_sealed || !has_key));
}

void SceneMachine::check_all_have_run() const
{
    std::map<std::string, int> times;
    for (const auto& [name, boot] : scripts_that_ran(root_))
        ++times[name];
    for (const auto* name : {"second", "runcmd", "start-script"}) {
        CAPTURE(name);
        CHECK(times[name] >= 1);
    }
}

}  // namespace onectx::test
