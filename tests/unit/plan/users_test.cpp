// The users step: new accounts, passwords that come and stay, sudo; hostile values and secrets.
#include "common/digest.h"
#include "common/text.h"
#include "guest/plan/account_files.h"
#include "guest/plan/password_hash.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

const std::string kPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "bob:x:1000:1000:Bob:/home/bob:/bin/sh\n";
const std::string kGroup = "root:x:0:\ndaemon:x:1:\nbob:x:1000:\n";
const std::string kShadow =
    "root:!:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nbob:$6$s$h:1:0:99999:7:::\n";

// Debian's files, as far as accounts go.
void fill(MemoryTree& tree)
{
    tree.file("/etc/passwd", kPasswd)
        .file("/etc/group", kGroup)
        .file("/etc/shadow", kShadow, 0640, 0, 42)
        .file("/etc/gshadow", "root:*::\n", 0640, 0, 42)
        .file("/bin/bash", "", 0755)
        .file("/bin/sh", "", 0755)
        .directory("/root", 0700)
        .directory("/home/bob", 0755, 1000, 1000)
        .directory("/etc/sudoers.d", 0750);
}

std::string field_of(const Machine& machine, const std::string& path, const std::string& name,
                     std::size_t field)
{
    auto entry = AccountFile(machine.text_of(path)).find(name);
    return entry && entry->size() > field ? (*entry)[field] : "(none)";
}

std::string password_of(const Machine& machine, const std::string& name)
{
    return field_of(machine, "/etc/shadow", name, 1);
}

const WriteFile* find_write(const Step& step, const std::string& path)
{
    for (const auto& change : step.changes)
        if (const auto* file = std::get_if<WriteFile>(&change); file && file->path == path)
            return file;
    return nullptr;
}

TEST_CASE("no wish for a user, no changes", "[users]")
{
    Machine machine;
    fill(machine.tree);
    CHECK(machine.run(plan_users).step.changes.empty());
    machine.context = context_of({{"USERNAME", "alice"}, {"PASSWORD", "x"}});
    machine.policy.users = Rule::off;
    CHECK(machine.run(plan_users).step.changes.empty());
    machine.policy.users = Rule::on_change;
    machine.context = context_of({{"USERNAME", "a:b"}, {"PASSWORD", "x"}});
    CHECK(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("a missing account is made in every file, passwd last", "[users]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file("/etc/subuid", "bob:100000:65536\n")
        .file("/etc/subgid", "")
        .file("/etc/skel/.bashrc", "# rc\n", 0644)
        .file("/etc/skel/.config/app/conf", "x", 0600)
        .link("/etc/skel/link", "/etc/shadow");
    machine.context = context_of({{"USERNAME", "alice"}});
    auto planned = machine.run(plan_users);
    CHECK(planned.problems.empty());
    CHECK(planned.step.accounts);
    CHECK(paths_of(planned.step) ==
          Lines{"/var/lib/onectx", "/var/lib/onectx/unfinished-homes", "/etc/group", "/etc/gshadow",
                "/etc/subuid", "/etc/subgid", "/etc/shadow", "/etc/passwd", "/home/alice",
                "/home/alice/.bashrc", "/home/alice/.config", "/home/alice/.config/app",
                "/home/alice/.config/app/conf", "/var/lib/onectx/unfinished-homes",
                "/etc/sudoers.d/90-onectx"});
    CHECK(machine.text_of("/etc/passwd") == kPasswd + "alice:x:1001:1001::/home/alice:/bin/bash\n");
    CHECK(machine.text_of("/etc/group") == kGroup + "alice:x:1001:\n");
    CHECK(machine.text_of("/etc/shadow") == kShadow + "alice:*:20000:0:99999:7:::\n");
    CHECK(machine.text_of("/etc/gshadow") == "root:*::\nalice:!::\n");
    CHECK(machine.text_of("/etc/subuid") == "bob:100000:65536\nalice:165536:65536\n");
    CHECK(machine.text_of("/etc/subgid") == "alice:100000:65536\n");
    CHECK(machine.text_of("/etc/sudoers.d/90-onectx") ==
          "# From USERNAME of the OpenNebula context.\nalice ALL=(ALL) NOPASSWD:ALL\n");

    const auto& nodes = machine.tree.nodes();
    CHECK(nodes.at("/home/alice").status == FileStatus{FileType::directory, 0700, 1001, 1001});
    CHECK(nodes.at("/home/alice/.config/app/conf").status ==
          FileStatus{FileType::regular, 0600, 1001, 1001});
    CHECK(nodes.at("/etc/shadow").status == FileStatus{FileType::regular, 0640, 0, 42});
    CHECK(nodes.at("/etc/sudoers.d/90-onectx").status.mode == 0440);
    CHECK(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("account files name the text they were planned from", "[users]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.remove("/etc/group");
    machine.context = context_of({{"USERNAME", "alice"}});
    auto step = machine.plan(plan_users)->step;
    CHECK(find_write(step, "/etc/passwd")->planned_from == sha256_hex(kPasswd));
    CHECK(find_write(step, "/etc/shadow")->planned_from == sha256_hex(kShadow));
    CHECK(find_write(step, "/etc/group")->planned_from == "absent");
    CHECK(find_write(step, "/etc/shadow")->secret);
    CHECK(find_write(step, "/etc/gshadow")->secret);
    CHECK_FALSE(find_write(step, "/etc/passwd")->secret);
}

TEST_CASE("numbers of a new account", "[users]")
{
    struct Row {
        std::string what;
        std::string passwd;
        std::string group;
        std::string defs;
        std::string line;  // of alice; empty: the step fails
        std::string error = {};
    };
    const std::vector<Row> rows{
        {"the first", "root:x:0:0::/root:/bin/sh\n", "root:x:0:\n", "",
         "alice:x:1000:1000::/home/alice:/bin/bash"},
        {"a gap", "a:x:1000:1::/:\nb:x:1002:1::/:\n", "", "",
         "alice:x:1001:1001::/home/alice:/bin/bash"},
        {"taken as a gid", "", "docker:x:1000:\n", "", "alice:x:1001:1001::/home/alice:/bin/bash"},
        {"her group is there", "", "alice:x:1500:\n", "",
         "alice:x:1500:1500::/home/alice:/bin/bash"},
        {"the first number of a group for people", "", "alice:x:1000:\n", "",
         "alice:x:1000:1000::/home/alice:/bin/bash"},
        {"a group of the system has her name", "", "alice:x:999:\n", "", "",
         "alice is a group of the system itself (999); no account of that name is made"},
        {"where its groups end is login.defs(5) to say", "", "alice:x:999:\n", "GID_MIN 500\n",
         "alice:x:1000:999::/home/alice:/bin/bash"},
        {"other ranges", "", "", "UID_MIN 500\nGID_MIN 500\n",
         "alice:x:500:500::/home/alice:/bin/bash"},
        {"ranges that do not meet", "", "", "UID_MIN 500\nUID_MAX 600\nGID_MIN 700\n",
         "alice:x:500:700::/home/alice:/bin/bash"},
        {"a full range", "a:x:500:1::/:\n", "", "UID_MIN 500\nUID_MAX 500\n", "",
         "no id is free between 500 and 500"},
        {"a damaged group", "", "alice:x:\n", "", "", "the line of alice in /etc/group is damaged"},
        {"before the lines of NIS", "+::::::\n", "+:::\n", "",
         "alice:x:1000:1000::/home/alice:/bin/bash"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        Machine machine;
        fill(machine.tree);
        machine.tree.file("/etc/passwd", row.passwd)
            .file("/etc/group", row.group)
            .file("/etc/login.defs", row.defs);
        machine.context = context_of({{"USERNAME", "alice"}});
        auto planned = machine.run(plan_users);
        CHECK(to_lines(planned.problems) ==
              (row.error.empty() ? Lines{} : Lines{"error : " + row.error}));
        auto entry = AccountFile(machine.text_of("/etc/passwd")).find("alice");
        CHECK((entry ? join(*entry, ":") : "") == row.line);
    }
}

TEST_CASE("nothing is written for an account that is not made", "[users]")
{
    for (std::string name : {"sudo", "shadow", "docker", "disk"}) {
        INFO(name);
        Machine machine;
        fill(machine.tree);
        machine.tree.file("/etc/group", kGroup + name + ":x:27:\n")
            .directory("/home/" + name, 0755, 1000, 1000);
        machine.context =
            context_of({{"USERNAME", name}, {"PASSWORD", "p"}, {"SSH_PUBLIC_KEY", test_key('a')}});
        auto both = machine.run(std::vector<Planner>{plan_users, plan_ssh_keys});
        CHECK(both.step.changes.empty());
        CHECK(to_lines(both.problems) ==
              Lines{"error : " + name +
                        " is a group of the system itself (27); no account of that name is made",
                    "error : there is no account " + name});
    }
}

TEST_CASE("the shell of a new account", "[users]")
{
    struct Row {
        std::string wanted;
        bool bash;
        std::string shell;
        Lines problems;
    };
    for (const auto& row : std::vector<Row>{
             {"", true, "/bin/bash", {}},
             {"", false, "/bin/sh", {}},
             {"/bin/sh", true, "/bin/sh", {}},
             {"/bin/zsh",
              true,
              "/bin/bash",
              {"warning USERNAME_SHELL: /bin/zsh is not there; bash or sh is used"}},
         }) {
        Machine machine;
        fill(machine.tree);
        if (!row.bash) machine.tree.remove("/bin/bash");
        machine.context = context_of({{"USERNAME", "alice"}, {"USERNAME_SHELL", row.wanted}});
        CHECK(to_lines(machine.run(plan_users).problems) == row.problems);
        CHECK(field_of(machine, "/etc/passwd", "alice", 6) == row.shell);
    }
}

TEST_CASE("the home of a new account", "[users]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.directory("/home/alice", 0755, 1005, 1005)
        .file("/home/alice/.bashrc", "hers")
        .file("/etc/skel/.bashrc", "new")
        .file("/etc/login.defs", "UMASK 022\n");
    machine.context = context_of({{"USERNAME", "alice"}});
    CHECK(
        to_lines(machine.run(plan_users).problems) ==
        Lines{"warning USERNAME: /home/alice is there already and belongs to uid 1005; left as it "
              "is"});
    CHECK(machine.text_of("/home/alice/.bashrc") == "hers");

    machine.context = context_of({{"USERNAME", "carol"}});
    machine.run(plan_users);
    CHECK(machine.tree.nodes().at("/home/carol").status.mode == 0755);
}

TEST_CASE("a home that a killed run left half made is finished", "[users]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file("/etc/skel/.bashrc", "rc").file("/etc/skel/.profile", "profile");
    machine.context = context_of({{"USERNAME", "alice"}});
    machine.run(plan_users);
    // The user takes a file out: it stays out.
    machine.tree.remove("/home/alice/.profile");
    CHECK(machine.run(plan_users).step.changes.empty());
    machine.tree.file("/var/lib/onectx/unfinished-homes", "/home/alice\n");
    machine.run(plan_users);
    CHECK(machine.text_of("/home/alice/.profile") == "profile");
    CHECK(machine.tree.nodes().at("/home/alice/.profile").status.uid == 1001);
    CHECK(machine.text_of("/var/lib/onectx/unfinished-homes") == "(none)");
    CHECK(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("a skeleton that is too much is cut", "[users]")
{
    Machine machine;
    fill(machine.tree);
    for (int i = 0; i < 1100; ++i)
        machine.tree.file("/etc/skel/" + std::to_string(i), "");
    machine.context = context_of({{"USERNAME", "alice"}});
    CHECK(machine.plan(plan_users)->step.changes.size() < 1010);

    Machine deep;
    fill(deep.tree);
    std::string path = "/etc/skel";
    for (int i = 0; i < 100; ++i)
        path += "/d";
    deep.tree.directory(path);
    deep.context = machine.context;
    CHECK(deep.plan(plan_users)->step.changes.size() < 30);
}

TEST_CASE("a line that a deleted account left does not open the new one", "[users]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file("/etc/shadow", "alice:$6$old$hash:1:0:99999:7:::\n");
    machine.context = context_of({{"USERNAME", "alice"}});
    machine.run(plan_users);
    CHECK(password_of(machine, "alice") == "*");
}

TEST_CASE("root is never made, accounts of the system are named", "[users]")
{
    Machine machine;
    machine.context = context_of({{"PASSWORD", "x"}});
    machine.tree.file("/etc/passwd", "");
    CHECK(to_lines(machine.run(plan_users).problems) == Lines{"error : /etc/passwd has no root"});

    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "daemon"}, {"USERNAME_SUDO", "NO"}});
    CHECK(to_lines(machine.run(plan_users).problems) ==
          Lines{"warning USERNAME: daemon is an account of the system itself"});

    machine.tree.file("/etc/passwd", "bob:x:none:1000::/home/bob:/bin/sh\n");
    machine.context = context_of({{"USERNAME", "bob"}, {"PASSWORD", "x"}});
    CHECK(to_lines(machine.run(plan_users).problems) ==
          Lines{"error : the line of bob in /etc/passwd is damaged"});
}

TEST_CASE("a tree without /etc/passwd gets none", "[users]")
{
    for (std::string name : {"root", "alice"}) {
        INFO(name);
        Machine machine;
        fill(machine.tree);
        machine.tree.remove("/etc/passwd");
        machine.context =
            context_of({{"USERNAME", name}, {"PASSWORD", "p"}, {"SSH_PUBLIC_KEY", test_key('a')}});
        auto users = machine.run(plan_users);
        CHECK(users.step.changes.empty());
        CHECK(to_lines(users.problems) == Lines{"error : there is no /etc/passwd"});
        auto keys = machine.run(plan_ssh_keys);
        CHECK(keys.step.changes.empty());
        CHECK(keys.problems.size() == 1);
    }
}

TEST_CASE("a password is set once and then the user's", "[users][password]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "bob"}, {"PASSWORD", "first"}});
    CHECK(paths_of(machine.run(plan_users).step) ==
          Lines{"/etc/shadow", "/var/lib/onectx", "/var/lib/onectx/key",
                "/var/lib/onectx/passwords", "/etc/sudoers.d/90-onectx"});
    auto first = password_of(machine, "bob");
    CHECK(first.starts_with("$6$"));
    CHECK(has_hash(Secret(std::string_view("first")), first));
    CHECK(field_of(machine, "/etc/shadow", "bob", 2) == "20000");
    CHECK(field_of(machine, "/etc/shadow", "root", 1) == "!");
    CHECK(machine.run(plan_users).step.changes.empty());

    // The user changes it: it stays, whatever salt a later run would have.
    auto text = machine.text_of("/etc/shadow");
    text.replace(text.find(first), first.size(), "$6$own$own");
    machine.tree.file("/etc/shadow", text, 0640, 0, 42);
    machine.facts.password_salt_bytes = "another salt....";
    CHECK(machine.run(plan_users).step.changes.empty());
    CHECK(password_of(machine, "bob") == "$6$own$own");

    // The context's value changes: it is set.
    machine.context = context_of({{"USERNAME", "bob"}, {"PASSWORD", "second"}});
    CHECK(paths_of(machine.run(plan_users).step) ==
          Lines{"/etc/shadow", "/var/lib/onectx/passwords"});
    CHECK(has_hash(Secret(std::string_view("second")), password_of(machine, "bob")));
    CHECK(machine.run(plan_users).step.changes.empty());

    // It is taken away: nothing is done, and coming back is no change either.
    auto second = password_of(machine, "bob");
    machine.context = context_of({{"USERNAME", "bob"}});
    CHECK(machine.run(plan_users).step.changes.empty());
    machine.context = context_of({{"USERNAME", "bob"}, {"PASSWORD", "second"}});
    CHECK(machine.run(plan_users).step.changes.empty());
    CHECK(password_of(machine, "bob") == second);
}

TEST_CASE("without a record the hash decides", "[users][password]")
{
    Machine machine;
    fill(machine.tree);
    auto hash = hash_password(Secret(std::string_view("known")), HashMethod::sha512crypt,
                              "saltsaltsaltsalt")
                    ->reveal();
    machine.tree.file("/etc/shadow", "bob:" + hash + ":1:0:99999:7:::\n");
    machine.context =
        context_of({{"USERNAME", "bob"}, {"PASSWORD", "known"}, {"USERNAME_SUDO", "NO"}});
    CHECK(paths_of(machine.run(plan_users).step) ==
          Lines{"/var/lib/onectx", "/var/lib/onectx/key", "/var/lib/onectx/passwords"});
    CHECK(password_of(machine, "bob") == hash);
    CHECK(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("a lost or foreign key is as good as no record", "[users][password]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "bob"}, {"PASSWORD", "p"}, {"USERNAME_SUDO", "NO"}});
    machine.run(plan_users);
    auto hash = password_of(machine, "bob");
    machine.tree.remove("/var/lib/onectx/key");
    CHECK(paths_of(machine.run(plan_users).step) ==
          Lines{"/var/lib/onectx/key"});  // the same key as before in a test
    CHECK(password_of(machine, "bob") == hash);
}

TEST_CASE("a crypted password is written as it is", "[users][password]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"CRYPTED_PASSWORD", "$y$j9T$salt$hash"}});
    machine.run(plan_users);
    CHECK(password_of(machine, "root") == "$y$j9T$salt$hash");
    CHECK(machine.run(plan_users).step.changes.empty());
    // The same text as a plain password is another value.
    machine.context = context_of({{"PASSWORD", "$y$j9T$salt$hash"}});
    CHECK_FALSE(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("yescrypt where the system checks it", "[users][password]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file("/etc/login.defs", "ENCRYPT_METHOD YESCRYPT\n");
    machine.context = context_of({{"PASSWORD", "x"}});
    machine.run(plan_users);
    CHECK(password_of(machine, "root").starts_with("$y$"));
}

TEST_CASE("a new account gets its password in one go", "[users][password]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "alice"}, {"PASSWORD", "p"}});
    machine.run(plan_users);
    CHECK(has_hash(Secret(std::string_view("p")), password_of(machine, "alice")));
    CHECK(machine.run(plan_users).step.changes.empty());

    // Deleted and made again, it is another account: the record of the first does not count.
    machine.tree.file("/etc/passwd", kPasswd).file("/etc/shadow", kShadow);
    machine.run(plan_users);
    CHECK(has_hash(Secret(std::string_view("p")), password_of(machine, "alice")));
    CHECK(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("a machine without shadow gets one", "[users][password]")
{
    Machine machine;
    machine.tree.file("/etc/passwd", "root::0:0:root:/root:/bin/sh\nbob:hash:1::\n")
        .directory("/root");
    machine.context = context_of({{"CRYPTED_PASSWORD", "$6$s$h"}});
    machine.run(plan_users);
    CHECK(machine.text_of("/etc/passwd") == "root:x:0:0:root:/root:/bin/sh\nbob:hash:1::\n");
    CHECK(machine.text_of("/etc/shadow") == "root:$6$s$h:20000:0:99999:7:::\n");
    CHECK(machine.tree.nodes().at("/etc/shadow").status.mode == 0600);
    CHECK(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("a clock that was never set leaves the day empty", "[users][password]")
{
    Machine machine;
    fill(machine.tree);
    machine.facts.days_since_epoch = 0;
    machine.context = context_of({{"USERNAME", "bob"}, {"CRYPTED_PASSWORD", "$6$s$h2"}});
    machine.run(plan_users);
    CHECK(field_of(machine, "/etc/shadow", "bob", 2).empty());
}

TEST_CASE("USERNAME_PASSWORD_RESET locks once", "[users][password]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "bob"}, {"USERNAME_PASSWORD_RESET", "YES"}});
    machine.run(plan_users);
    CHECK(password_of(machine, "bob") == "*");
    CHECK(machine.run(plan_users).step.changes.empty());
    // What the user sets afterwards stays.
    machine.tree.file("/etc/shadow", kShadow);
    CHECK(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("a key opens an account whose password is a bare lock", "[users]")
{
    struct Row {
        std::string before;
        std::string after;
    };
    for (const auto& row : std::vector<Row>{{"!", "*"},
                                            {"!!", "*"},
                                            {"*", "*"},
                                            {"!$6$s$h", "!$6$s$h"},
                                            {"$6$s$h", "$6$s$h"},
                                            {"", ""}}) {
        INFO(row.before);
        Machine machine;
        fill(machine.tree);
        machine.tree.file("/etc/shadow", "root:" + row.before + ":19000:0:99999:7:::\n");
        machine.context = context_of({{"SSH_PUBLIC_KEY", test_key('a')}});
        machine.run(plan_users);
        CHECK(machine.text_of("/etc/shadow") == "root:" + row.after + ":19000:0:99999:7:::\n");
    }
    Machine no_key;
    fill(no_key.tree);
    no_key.context = context_of({{"USERNAME", "root"}});
    CHECK(no_key.run(plan_users).step.changes.empty());
}

TEST_CASE("sudo is given and taken", "[users]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "bob"}});
    CHECK(paths_of(machine.run(plan_users).step) == Lines{"/etc/sudoers.d/90-onectx"});
    machine.context = context_of({{"USERNAME", "bob"}, {"USERNAME_SUDO", "NO"}});
    auto planned = machine.run(plan_users);
    REQUIRE(planned.step.changes.size() == 1);
    CHECK(std::holds_alternative<RemoveFile>(planned.step.changes[0]));
    CHECK(machine.run(plan_users).step.changes.empty());
    machine.context = context_of({{"USERNAME", "root"}});
    CHECK(machine.run(plan_users).step.changes.empty());
    machine.tree.remove("/etc/sudoers.d");
    machine.context = context_of({{"USERNAME", "bob"}});
    CHECK(machine.run(plan_users).step.changes.empty());
}

TEST_CASE("an account of the system itself never gets sudo", "[users]")
{
    const std::string sudo = "/etc/sudoers.d/90-onectx";
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "bob"}});
    machine.run(plan_users);
    REQUIRE(machine.text_of(sudo).find("bob ALL=") != std::string::npos);

    machine.context = context_of({{"USERNAME", "daemon"}, {"USERNAME_SUDO", "YES"}});
    auto planned = machine.run(plan_users);
    CHECK(to_lines(planned.problems) ==
          Lines{"warning USERNAME: daemon is an account of the system itself, which gets no sudo"});
    CHECK(machine.text_of(sudo) == "(none)");
    CHECK(machine.run(plan_users).step.changes.empty());

    // Where the system's own accounts end is login.defs(5) to say.
    machine.tree.file("/etc/login.defs", "UID_MIN 1\n");
    CHECK(machine.run(plan_users).problems.empty());
    CHECK(machine.text_of(sudo).find("daemon ALL=") != std::string::npos);
}

TEST_CASE("hostile values make no line and no field", "[users]")
{
    const std::string evil = "x:0:0::/root:/bin/sh\nevil::0:0::/:/bin/sh";
    for (std::string variable : {"USERNAME", "USERNAME_SHELL", "PASSWORD", "CRYPTED_PASSWORD",
                                 "SSH_PUBLIC_KEY", "USERNAME_SUDO"}) {
        INFO(variable);
        Machine machine;
        fill(machine.tree);
        machine.context = context_of({{"USERNAME", "alice"}});
        machine.context[variable] = {evil, 1};
        machine.run(plan_users);
        for (std::string path :
             {"/etc/passwd", "/etc/shadow", "/etc/group", "/etc/sudoers.d/90-onectx"})
            CHECK(machine.text_of(path).find("evil") == std::string::npos);
    }
}

TEST_CASE("a password occurs in no message and in no change that is shown", "[users][law5]")
{
    for (std::string variable :
         {"PASSWORD", "PASSWORD_BASE64", "CRYPTED_PASSWORD", "CRYPTED_PASSWORD_BASE64"}) {
        for (std::string value :
             {"canary", "canary\n:canary", "$6$canary$canary", "Y2FuYXJ5*canary"}) {
            INFO(variable << "=" << value);
            Machine machine;
            fill(machine.tree);
            machine.context = context_of({{"USERNAME", "alice"}, {variable, value}});
            auto planned = machine.plan(plan_users);
            auto settings = make_settings(machine.context, {});
            for (const auto& line : to_lines(settings.problems))
                CHECK(line.find("canary") == std::string::npos);
            if (!planned) {
                CHECK(planned.error().message.find("canary") == std::string::npos);
                continue;
            }
            for (const auto& line : to_lines(planned->problems))
                CHECK(line.find("canary") == std::string::npos);
            for (const auto& change : planned->step.changes)
                if (const auto* file = std::get_if<WriteFile>(&change); file && !file->secret)
                    CHECK(file->content.find("canary") == std::string::npos);
        }
    }
}

TEST_CASE("every foreign line of the account files stays", "[users][law6]")
{
    std::mt19937 random(9);
    const Lines lines{"root:x:0:0::/root:/bin/sh", "# comment", "bin:*:1:1:", "::::", "no colon"};
    for (int i = 0; i < 40; ++i) {
        Machine machine;
        std::vector<std::pair<std::string, std::string>> before;
        for (std::string path :
             {"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid"}) {
            before.emplace_back(path, random_text(random, lines));
            machine.tree.file(path, before.back().second);
        }
        machine.context = context_of({{"USERNAME", "alice"}});
        auto planned = machine.run(plan_users);
        REQUIRE(planned.problems.empty());
        for (const auto& [path, text] : before) {
            auto after = machine.text_of(path);
            INFO(path << ": " << printable(text));
            auto at = after.find("alice:");
            REQUIRE(at != std::string::npos);
            auto rest = after.substr(0, at) + after.substr(after.find('\n', at) + 1);
            CHECK((rest == text || rest == text + "\n"));
        }
        CHECK(machine.run(plan_users).step.changes.empty());
    }
}

TEST_CASE("ROOT_PASSWORD is a hash for root, whoever the user is", "[users][password]")
{
    struct Row {
        Context context;
        std::string root;
        Lines problems = {};
    };
    const std::string bad =
        "error ROOT_PASSWORD: is neither a hash of crypt(5) nor base64 of one; the password stays "
        "as it is";
    for (const auto& row : std::vector<Row>{
             {context_of({{"ROOT_PASSWORD", "JDYkcyRo"}}), "$6$s$h"},
             {context_of({{"ROOT_PASSWORD", "JDYkcyRoCg=="}}), "$6$s$h"},
             {context_of({{"ROOT_PASSWORD", "$6$s$h"}}), "$6$s$h"},
             {context_of({{"ROOT_PASSWORD", "hunter2"}}), "!", {bad}},
             {context_of({{"ROOT_PASSWORD", "$6$s$h"}, {"CRYPTED_PASSWORD", "$6$s$new"}}),
              "$6$s$new"},
             {context_of({{"USERNAME", "bob"},
                          {"ROOT_PASSWORD", "$6$s$h"},
                          {"CRYPTED_PASSWORD", "$6$s$bob"}}),
              "$6$s$h"},
         }) {
        Machine machine;
        fill(machine.tree);
        machine.context = row.context;
        CHECK(to_lines(make_settings(machine.context, {}).problems) == row.problems);
        CHECK(machine.run(plan_users).problems.empty());
        CHECK(password_of(machine, "root") == row.root);
        CHECK(machine.run(plan_users).step.changes.empty());
    }
}

}  // namespace
}  // namespace onectx::test
