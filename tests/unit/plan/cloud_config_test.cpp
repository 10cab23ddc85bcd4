// cloud-config as wishes: the shapes that cloud-init documents for each module, what is wrong with
// its place, and no word of a secret.
#include <algorithm>

#include "common/limits.h"
#include "common/text.h"
#include "guest/user_data/user_data.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

struct Outcome {
    CloudConfig config;
    Lines problems;
};

Outcome outcome_of(const std::string& text)
{
    std::vector<Problem> problems;
    auto config =
        read_user_data(context_of({{"USER_DATA", "#cloud-config\n" + text}}), {}, problems);
    return {std::move(config), to_lines(problems)};
}

std::string octal(unsigned mode)
{
    std::string text;
    for (; mode != 0; mode >>= 3U)
        text.insert(text.begin(), static_cast<char>('0' + (mode & 7U)));
    return "0" + text;
}

std::string to_line(const FileWish& file)
{
    auto line = file.path;
    if (file.mode) line += " " + octal(*file.mode);
    if (file.user) line += " " + *file.user;
    if (file.group) line += ":" + *file.group;
    if (file.append) line += " append";
    if (file.defer) line += " defer";
    return line + "|" + file.content;
}

std::string to_line(const std::optional<PasswordWish>& password)
{
    if (!password) return "";
    return (password->crypted ? "hash " : "plain ") + password->text.reveal();
}

// What an entry of users says, but for what is as it always is.
std::string to_line(const AccountWish& account)
{
    auto line = account.name;
    auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) line.append(" ").append(name).append("=").append(value);
    };
    auto number = [](const auto& value) { return value ? std::to_string(*value) : ""; };
    add("gecos", account.gecos);
    add("shell", account.shell);
    add("home", account.home);
    add("uid", number(account.uid));
    add("primary", account.primary_group);
    add("groups", join(account.groups, ","));
    add("sudo", join(account.sudo, "; "));
    add("first", to_line(account.first_password));
    add("password", to_line(account.password));
    add("expires", number(account.expires));
    add("inactive", number(account.inactive));
    if (account.locked) line += " locked";
    if (account.of_system) line += " system";
    if (!account.makes_home) line += " no-home";
    if (!account.own_group) line += " no-group";
    if (account.of_context) line += " of-context";
    if (!account.ssh_keys.empty()) line += " keys:" + std::to_string(account.ssh_keys.size());
    return line;
}

Lines lines_of(const CloudConfig& config)
{
    Lines lines;
    for (const auto& [name, variable] : config.variables)
        lines.push_back(name + "=" + variable.text);
    for (const auto& group : config.accounts.groups)
        lines.push_back("group " + group.name + ": " + join(group.members, ","));
    for (const auto& account : config.accounts.accounts)
        lines.push_back("user " + to_line(account));
    for (const auto& password : config.accounts.passwords)
        lines.push_back("password of " + password.name + ": " + to_line(password.password) +
                        (password.expires ? " expires" : ""));
    for (const auto& file : config.wishes.files)
        lines.push_back("file " + to_line(file));
    for (const auto& script : config.wishes.boot_scripts)
        lines.push_back(script.name + "|" + script.text.reveal());
    for (const auto& script : config.wishes.scripts)
        lines.push_back(script.name + "|" + script.text.reveal());
    return lines;
}

struct Row {
    std::string text;
    Lines expected;
    Lines problems = {};
};

void check(const std::vector<Row>& rows)
{
    for (const auto& row : rows) {
        INFO(row.text);
        const auto outcome = outcome_of(row.text);
        CHECK(lines_of(outcome.config) == row.expected);
        CHECK(outcome.problems == row.problems);
    }
}

}  // namespace

TEST_CASE("write_files", "[user-data]")
{
    const std::string packed = "H4sIAAAAAAACA8tIzcnJ5wIAIDA6NgYAAAA=";  // "hello\n"
    check({
        {"write_files:\n- encoding: b64\n  content: aGVsbG8K\n  owner: root:root\n"
         "  path: /etc/sysconfig/selinux\n  permissions: '0644'\n",
         {"file /etc/sysconfig/selinux 0644 root:root|hello\n"}},
        {"write_files:\n- content: |\n    15 * * * * root ship\n  path: /etc/crontab\n"
         "  append: true\n",
         {"file /etc/crontab append|15 * * * * root ship\n"}},
        {"write_files:\n- encoding: gzip\n  content: !!binary |\n    " + packed +
             "\n  path: /usr/bin/hello\n  permissions: '0755'\n",
         {"file /usr/bin/hello 0755|hello\n"}},
        {"write_files:\n- path: /root/EMPTY\n", {"file /root/EMPTY|"}},
        {"write_files:\n- path: /etc/nginx/x.conf\n  content: |\n    server {\n      listen 80;\n"
         "    }\n  owner: 'nginx:nginx'\n  permissions: '0640'\n  defer: true\n",
         {"file /etc/nginx/x.conf 0640 nginx:nginx defer|server {\n  listen 80;\n}\n"}},
        // Each spelling of an encoding.
        {"write_files:\n- {path: /a, content: aGVsbG8K, encoding: base64}\n"
         "- {path: /b, content: " +
             packed +
             ", encoding: gz+b64}\n"
             "- {path: /c, content: " +
             packed +
             ", encoding: gzip+base64}\n"
             "- {path: /d, content: " +
             packed +
             ", encoding: gzip+b64}\n"
             "- {path: /e, content: " +
             packed +
             ", encoding: gz+base64}\n"
             "- {path: /f, content: !!binary " +
             packed +
             ", encoding: gz}\n"
             "- {path: /g, content: aGVsbG8K, encoding: text/plain}\n"
             "- {path: /h, content: !!binary aGVsbG8K}\n"
             "- {path: /i, content: aGVsbG8K, encoding: B64}\n",
         {"file /a|hello\n", "file /b|hello\n", "file /c|hello\n", "file /d|hello\n",
          "file /e|hello\n", "file /f|hello\n", "file /g|aGVsbG8K", "file /h|hello\n",
          "file /i|hello\n"}},
        // Each way to say a mode and an owner.
        {"write_files:\n- {path: /a, permissions: 0644}\n- {path: /b, permissions: 420}\n"
         "- {path: /c, permissions: '644'}\n- {path: /d, permissions: 0o600}\n"
         "- {path: /e, permissions: '01777', owner: bob}\n- {path: /f, owner: ':adm'}\n"
         "- {path: /g, owner: '1000:1000'}\n- {path: //h//i/}\n",
         {"file /a 0644|", "file /b 0644|", "file /c 0644|", "file /d 0600|", "file /e 01777 bob|",
          "file /f:adm|", "file /g 1000:1000|", "file /h/i|"}},
        {"write_files:\n- {path: /a, permissions: 644}\n",
         {"file /a 0644|"},
         {"warning USER_DATA: 3:27: write_files[0]: permissions 644 is taken for 0644; as a number "
          "it would be another mode"}},
        {"write_files:\n- {path: /a, encoding: b64, content: aGVs...bG8K}\n",
         {"file /a|hello\n"},
         {"warning USER_DATA: 3:38: write_files[0]: content holds characters that are no base64; "
          "they are passed over"}},
        {"write_files: null\n", {}},
        // What makes no sense drops its own file.
        {"write_files:\n- {path: /ok}\n- {content: x}\n- {path: etc/x}\n- {path: /a/../b}\n"
         "- {path: /a, permissions: rw}\n- {path: /a, permissions: 99999}\n"
         "- {path: /a, content: x, encoding: rot13}\n- {path: /a, content: '*', encoding: b64}\n"
         "- {path: /a, content: x, encoding: gz}\n- {path: /a, content: [x]}\n"
         "- {path: /a, owner: 'a b'}\n- {path: /var/lib/onectx/key}\n- text\n"
         "- {path: /end, name: x, append: perhaps}\n",
         {"file /ok|", "file /end|"},
         {"error USER_DATA: 4:3: write_files[1]: has no path; it is left out",
          "error USER_DATA: 5:10: write_files[2]: 'etc/x' is no absolute path of a file; it is "
          "left "
          "out",
          "error USER_DATA: 6:10: write_files[3]: '/a/../b' is no absolute path of a file; it is "
          "left out",
          "error USER_DATA: 7:27: write_files[4]: permissions must be octal, as in '0644'; it is "
          "left out",
          "error USER_DATA: 8:27: write_files[5]: permissions must be octal, as in '0644'; it is "
          "left out",
          "error USER_DATA: 9:36: write_files[6]: encoding 'rot13' is unknown; it is left out",
          "error USER_DATA: 10:23: write_files[7]: content is no base64; it is left out",
          "error USER_DATA: 11:23: write_files[8]: content: gzip ends too early; it is left out",
          "error USER_DATA: 12:23: write_files[9]: content must be a text; it is left out",
          "error USER_DATA: 13:21: write_files[10]: owner must be user:group; it is left out",
          "error USER_DATA: 14:10: write_files[11]: /var/lib/onectx/key is ours alone; it is left "
          "out",
          "error USER_DATA: 15:3: write_files[12]: must be a mapping (key: value)",
          "warning USER_DATA: 16:16: write_files[13]: 'name' is no key of a file",
          "error USER_DATA: 16:33: write_files[13].append: must be true or false"}},
        {"write_files: {path: /x}\n",
         {},
         {"error USER_DATA: 2:14: write_files: must be a list of files"}},
    });
}

TEST_CASE("runcmd and bootcmd", "[user-data]")
{
    check({
        {"runcmd:\n- [ls, -l, /]\n- [sh, -xc, 'echo $(date) '': hello!''']\n- ls -l /root\n",
         {"user-data-runcmd|#!/bin/sh\n'ls' '-l' '/'\n'sh' '-xc' 'echo $(date) '\\'': "
          "hello!'\\'''\nls -l /root\n"}},
        {"bootcmd:\n- echo 192.168.1.130 mirror > /etc/hosts\n- [once, mkfs, /dev/vdb]\n",
         {"user-data-bootcmd|#!/bin/sh\necho 192.168.1.130 mirror > /etc/hosts\n'once' 'mkfs' "
          "'/dev/vdb'\n"}},
        // Numbers and truths are words; a comment alone is nothing.
        {"runcmd:\n- [chmod, 0644, /x]\n- [echo, true, 1.5, null]\n- # later\n- |\n  a\n  b\n",
         {"user-data-runcmd|#!/bin/sh\n'chmod' '0644' '/x'\n'echo' 'true' '1.5' 'null'\na\nb\n\n"}},
        {"runcmd: []\n", {}},
        {"runcmd:\n- echo a: b\n- [x, [y]]\n- ok\n",
         {"user-data-runcmd|#!/bin/sh\nok\n"},
         {"error USER_DATA: 3:3: runcmd[0]: is a mapping, which a ':' in a command makes of it; "
          "put the command into quotes. It is left out",
          "error USER_DATA: 4:7: runcmd[1][1]: must be a text; the command is left out"}},
        {"runcmd: ls\n", {}, {"error USER_DATA: 2:9: runcmd: must be a list of commands"}},
    });
}

TEST_CASE("names, zone and growing as variables of the context", "[user-data]")
{
    check({
        {"hostname: web\nfqdn: web.example.com\n", {"SET_HOSTNAME=web.example.com"}},
        {"hostname: web\nprefer_fqdn_over_hostname: false\nmanage_etc_hosts: true\n",
         {"SET_HOSTNAME=web"}},
        {"hostname: web\npreserve_hostname: true\n", {}},
        {"timezone: America/New_York\n", {"TIMEZONE=America/New_York"}},
        {"growpart:\n  mode: auto\n  devices: [/]\n  ignore_growroot_disabled: false\n",
         {"GROW_ROOTFS=YES"}},
        {"growpart:\n  mode: growpart\n  devices: [/, /data, /dev/vdb1]\n",
         {"GROW_FS=/data", "GROW_ROOTFS=YES"},
         {"warning USER_DATA: 4:12: growpart.devices: '/dev/vdb1' is a device; name the mount "
          "point "
          "of its file system"}},
        {"growpart: {mode: off}\n", {"GROW_ROOTFS=NO"}},
        {"growpart: {mode: 'off'}\n", {"GROW_ROOTFS=NO"}},
        {"resize_rootfs: false\n", {"GROW_ROOTFS=NO"}},
        {"resize_rootfs: noblock\n", {}},
        {"hostname: web\nprefer_fqdn_over_hostname: true\n",
         {"SET_HOSTNAME=web"},
         {"warning USER_DATA: 3:28: prefer_fqdn_over_hostname: the kernel is told the first label "
          "all the same; the whole name is in /etc/hosts"}},
        {"hostname: [web]\ntimezone: null\n",
         {},
         {"error USER_DATA: 2:11: hostname: must be a text",
          "error USER_DATA: 3:11: timezone: must be a text"}},
    });
}

TEST_CASE("users and groups", "[user-data]")
{
    const auto hash = "$6$salt$" + std::string(86, 'a');
    const auto key = test_key('a', "bob@desk");
    check({
        {"groups:\n- admingroup: [root,sys]\n- cloud-users\n",
         {"group admingroup: root,sys", "group cloud-users: "}},
        {"groups: one, two\n", {"group one: ", "group two: "}},
        {"groups:\n  one: root\n", {"group one: root"}},
        {"users: [default]\n", {}},
        {"users: []\n", {}},
        {"users:\n- default\n- name: foobar\n  gecos: Foo B. Bar\n  primary_group: foobar\n"
         "  groups: users\n  expiredate: '2032-09-01'\n  lock_passwd: false\n  passwd: " +
             hash + "\n",
         {"user foobar gecos=Foo B. Bar primary=foobar groups=users first=hash " + hash +
          " expires=22889"}},
        {"users:\n- name: barfoo\n  sudo: ALL=(ALL) NOPASSWD:ALL\n  groups: users, admin\n"
         "  lock_passwd: true\n  ssh_authorized_keys:\n  - " +
             key + "\n",
         {"user barfoo groups=users,admin sudo=ALL=(ALL) NOPASSWD:ALL locked keys:1"}},
        {"users:\n- name: testuser\n  homedir: /local/testdir\n"
         "  sudo: ['ALL=(ALL) NOPASSWD:/bin/mysql', 'ALL=(ALL) ALL']\n  uid: '1234'\n",
         {"user testuser home=/local/testdir uid=1234 sudo=ALL=(ALL) NOPASSWD:/bin/mysql; "
          "ALL=(ALL) ALL"}},
        {"users:\n- name: cloudy\n  inactive: '5'\n  system: true\n",
         {"user cloudy inactive=5 system no-home"}},
        {"users:\n- {name: a, no_create_home: true, no_user_group: true, sudo: false}\n- b\n",
         {"user a no-home no-group", "user b"}},
        {"users:\n- name: plain\n  lock_passwd: false\n  plain_text_passwd: s3same\n",
         {"user plain password=plain s3same"}},
        {"users:\n- name: old\n  lock-passwd: false\n  hashed-passwd: " + hash +
             "\n  ssh-authorized-keys: [" + key + "]\n",
         {"user old password=hash " + hash + " keys:1"}},
        {"users:\n  bob: {gecos: Bob}\n  eve: true\n", {"user bob gecos=Bob", "user eve"}},
        {"user: admin\n", {"USERNAME=admin"}},
        {"user: {name: mynewdefault, sudo: null}\n",
         {"USERNAME=mynewdefault", "USERNAME_SUDO=NO", "user mynewdefault of-context"}},
        {"ssh_authorized_keys: [" + key + ", " + key + "]\n", {"SSH_PUBLIC_KEY=" + key}},
        // What nothing is done about, and what makes no sense.
        {"users:\n- name: newsuper\n  ssh_import_id: [gh:somebody]\n  selinux_user: staff_u\n"
         "  doas: [permit nopass newsuper]\n  colour: red\n",
         {"user newsuper"},
         {"warning USER_DATA: 4:3: users[0].ssh_import_id: is not supported: nothing vouches for "
          "keys that are fetched",
          "warning USER_DATA: 5:3: users[0].selinux_user: is not supported",
          "warning USER_DATA: 6:3: users[0].doas: is not supported",
          "warning USER_DATA: 7:3: users[0]: 'colour' is no key of a user"}},
        {"users:\n- name: locked\n  passwd: " + hash + "\n",
         {"user locked"},
         {"warning USER_DATA: 3:3: users[0]: has a password that is locked, as lock_passwd is not "
          "false; it is left out"}},
        {"users:\n- snapuser: joe@example.com\n- name: Root\n- {name: a, gecos: 'x:y', uid: -1, "
         "shell: sh, homedir: home, expiredate: 2032, groups: 'A:B', sudo: 'no rule'}\n"
         "- {name: b, passwd: secret, lock_passwd: no}\n- {name: a}\n",
         {"user a", "user b"},
         {"warning USER_DATA: 3:3: users[0].snapuser: is not supported",
          "error USER_DATA: 3:3: users[0]: has no name; it is left out",
          "error USER_DATA: 4:9: users[1].name: 'Root' is no name of a user; he is left out",
          "error USER_DATA: 5:20: users[2].gecos: cannot stand in /etc/passwd; it is left out",
          "error USER_DATA: 5:43: users[2].shell: 'sh' is no path of a shell",
          "error USER_DATA: 5:56: users[2].homedir: 'home' is no path of a home",
          "error USER_DATA: 5:32: users[2].uid: must be a number",
          "error USER_DATA: 5:74: users[2].expiredate: must be a date, YYYY-MM-DD",
          "error USER_DATA: 5:88: users[2].groups: 'A:B' is no name of a group",
          "error USER_DATA: 5:101: users[2].sudo: must be rules of sudoers(5), as in ALL=(ALL) ALL",
          "error USER_DATA: 6:21: users[3].passwd: is no hash of crypt(5)",
          "error USER_DATA: 7:3: users[4]: is there twice; the first counts"}},
        {"ssh_authorized_keys:\n- ssh-rsa AAAA...\n",
         {},
         {"warning USER_DATA: 3:1: ssh_authorized_keys: holds what is no public key, skipped"}},
    });
}

TEST_CASE("passwords", "[user-data]")
{
    const auto hash = "$6$salt$" + std::string(86, 'a');
    check({
        {"password: password1\n", {"password of : plain password1 expires"}},
        {"chpasswd:\n  expire: false\n  users:\n  - {name: user1, password: password1, type: "
         "text}\n"
         "  - {name: user2, password: " +
             hash + "}\npassword: ignored\n",
         {"password of user1: plain password1", "password of user2: hash " + hash}},
        {"chpasswd:\n  list: |\n    user1:one\n    user2:" + hash + "\n",
         {"password of user1: plain one expires", "password of user2: hash " + hash + " expires"}},
        {"chpasswd: {list: ['a:b:c'], expire: no}\n", {"password of a: plain b:c"}},
        {"chpasswd:\n  users:\n  - {name: user3, type: RANDOM}\n  - {name: u, password: s3cret}\n"
         "  list: ['user4:R', nothing]\n",
         {},
         {"error USER_DATA: 4:5: chpasswd.users[0]: a random password is not supported: nobody "
          "would learn what it is",
          "error USER_DATA: 5:25: chpasswd.users[1]: is no hash of crypt(5)",
          "error USER_DATA: 6:9: chpasswd.list: a random password is not supported: nobody would "
          "learn what it is",
          "error USER_DATA: 6:9: chpasswd.list: must be name:password"}},
    });
}

TEST_CASE("a module that is not known is named, one by one", "[user-data]")
{
    check({
        {"ssh_import_id: [x]\nca-certs: {}\nhostnam: web\nfinal_message: done\n",
         {},
         {"warning USER_DATA: 2:1: ssh_import_id is not supported; nothing is done about it",
          "warning USER_DATA: 3:1: ca_certs is not supported; nothing is done about it",
          "warning USER_DATA: 4:1: 'hostnam' is no key of a cloud-config",
          "warning USER_DATA: 5:1: final_message is not supported; nothing is done about it"}},
        {"- a\n- b\n", {}, {"error USER_DATA: 2:1: a cloud-config must be a mapping (key: value)"}},
        {"a: [\n",
         {},
         {"error USER_DATA: 3:1: did not find expected node content; nothing of it is done"}},
        {"hostname: a\nhostname: b\n",
         {"SET_HOSTNAME=b"},
         {"warning USER_DATA: 3:1: 'hostname' is there already, in line 2; the last one counts"}},
        {"", {}},
    });
    std::string many;
    for (std::size_t i = 0; i < 2 * kMaxUserDataProblems; ++i)
        many += "k" + std::to_string(i) + ": 1\n";
    const auto problems = outcome_of(many).problems;
    REQUIRE(problems.size() == kMaxUserDataProblems + 1);
    CHECK(problems.back() == "error USER_DATA: more is wrong than is worth a word");
}

TEST_CASE("parts of a message, and which variable counts", "[user-data]")
{
    std::vector<Problem> problems;
    const std::string message =
        "Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n\n--x\n\n#!/bin/sh\nfirst\n"
        "--x\n\n#cloud-config\nhostname: a\nruncmd: [one]\nwrite_files: [{path: /a}]\n--x\n\n"
        "#cloud-config\nhostname: b\nwrite_files: [{path: /b}]\nx: y\n--x\n\n#!/bin/sh\nsecond\n"
        "--x--\n";
    const auto config = read_user_data(context_of({{"USERDATA", message}}), {}, problems);
    CHECK(lines_of(config) ==
          Lines{"SET_HOSTNAME=b", "file /b|", "user-data-runcmd|#!/bin/sh\none\n",
                "user-data-script-1|#!/bin/sh\nfirst", "user-data-script-2|#!/bin/sh\nsecond"});
    CHECK(
        to_lines(problems) ==
        Lines{"warning USERDATA: part 3: 2:1: hostname is in an earlier part already; the last one "
              "counts",
              "warning USERDATA: part 3: 3:1: write_files is in an earlier part already; the last "
              "one counts",
              "warning USERDATA: part 3: 4:1: 'x' is no key of a cloud-config"});

    problems.clear();
    const auto both = read_user_data(context_of({{"USER_DATA", "IyEvYmluL3NoCg=="},
                                                 {"USERDATA", "x"},
                                                 {"USERDATA_ENCODING", "BASE64"}}),
                                     {}, problems);
    CHECK(lines_of(both) == Lines{"user-data-script-1|#!/bin/sh\n"});
    CHECK(problems.empty());
    const Refusals refused{.names = {"USER_DATA"}, .any = true};
    CHECK(lines_of(read_user_data(context_of({{"USERDATA", "#!/bin/sh\n"}}), refused, problems))
              .empty());
}

}  // namespace onectx::test
