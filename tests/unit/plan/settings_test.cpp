// Wishes from a context: names, passwords, keys, flags; what is refused and in which words.
#include "guest/model/settings.h"

#include "common/base64.h"
#include "common/host_name.h"
#include "guest/model/user_settings.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

Settings settings_of(std::initializer_list<std::pair<std::string, std::string>> values,
                     const Policy& policy = {})
{
    return make_settings(context_of(values), policy);
}

std::string many(std::size_t count, const std::string& text)
{
    std::string result;
    for (; count > 0; --count)
        result += text;
    return result;
}

TEST_CASE("SET_HOSTNAME becomes host and domain", "[settings]")
{
    struct Row {
        std::string given;
        std::string host;
        std::string domain;
        Lines problems;
    };
    const std::vector<Row> rows{
        {"web01", "web01", "", {}},
        {"web01.example.com", "web01", "example.com", {}},
        {"  web01 ", "web01", "", {}},
        {"Web-01.Example.COM", "Web-01", "Example.COM", {}},
        {"my_vm 7.example.com",
         "my-vm-7",
         "example.com",
         {"warning SET_HOSTNAME: 'my_vm 7.example.com' is no host name; 'my-vm-7.example.com' is "
          "used instead"}},
        {"-web-.-a-",
         "web",
         "a",
         {"warning SET_HOSTNAME: '-web-.-a-' is no host name; 'web.a' is used instead"}},
        {"..web..a.",
         "web",
         "a",
         {"warning SET_HOSTNAME: '..web..a.' is no host name; 'web.a' is used instead"}},
        {"web\n127.0.0.1 evil",
         "web-127",
         "0.0.1-evil",
         {"warning SET_HOSTNAME: 'web\\x0a127.0.0.1 evil' is no host name; 'web-127.0.0.1-evil' is "
          "used instead"}},
        {"localhost.example",
         "",
         "",
         {"error SET_HOSTNAME: localhost is no host name of a machine"}},
        {"LocalHost", "", "", {"error SET_HOSTNAME: localhost is no host name of a machine"}},
        {"-_-",
         "",
         "",
         {"error SET_HOSTNAME: '-_-' holds nothing that a host name can be made of"}},
        {"", "", "", {}},
        {"   ", "", "", {}},
    };
    for (const auto& row : rows) {
        INFO(row.given);
        auto settings = settings_of({{"SET_HOSTNAME", row.given}});
        CHECK(settings.hostname.value_or(HostnameWish{}).host == row.host);
        CHECK(settings.hostname.value_or(HostnameWish{}).domain == row.domain);
        CHECK(settings.hostname.has_value() == !row.host.empty());
        CHECK(to_lines(settings.problems) == row.problems);
    }
}

TEST_CASE("a long host name is cut to what DNS takes", "[settings]")
{
    auto long_label = settings_of({{"SET_HOSTNAME", many(70, "a") + ".example"}});
    CHECK(long_label.hostname->host == many(63, "a"));
    CHECK(long_label.problems.size() == 1);

    // The 63rd character is a '-', which must not end a label.
    CHECK(clean_host_name(many(62, "a") + "-b")->host == many(62, "a"));

    auto whole = full_name(*clean_host_name(many(200, "abcdefgh.")));
    CHECK(whole.size() == 251);
    CHECK(whole.ends_with(".abcdefgh"));

    auto hostile = settings_of({{"SET_HOSTNAME", many(50'000, "_x")}});
    CHECK(hostile.problems[0].message.size() < 300);
}

TEST_CASE("a refused USERNAME drops everything of the user", "[settings]")
{
    auto settings = settings_of({{"USERNAME", "alice:x:0:0::/:/bin/sh\nroot2"},
                                 {"PASSWORD", "canary"},
                                 {"SSH_PUBLIC_KEY", test_key('a')}});
    CHECK(settings.user.name.empty());
    CHECK_FALSE(settings.wants_user);
    CHECK_FALSE(settings.user.password);
    CHECK(settings.user.ssh_keys.empty());
    CHECK(to_lines(settings.problems) ==
          Lines{"error USERNAME: 'alice:x:0:0::/:/bin/sh\\x0aroot2' is no name of a user; password "
                "and keys are left out"});
}

TEST_CASE("who is wanted", "[settings]")
{
    CHECK_FALSE(settings_of({}).wants_user);
    CHECK_FALSE(settings_of({{"USERNAME", ""}, {"PASSWORD", ""}}).wants_user);
    CHECK(settings_of({{"USERNAME", "alice"}}).user.name == "alice");
    CHECK(settings_of({{"USERNAME", "alice"}}).wants_user);
    CHECK(settings_of({{"PASSWORD", "x"}}).user.name == "root");
    CHECK(settings_of({{"PASSWORD", "x"}}).wants_user);
    CHECK(settings_of({{"SSH_PUBLIC_KEY", test_key('a')}}).wants_user);
    CHECK(settings_of({{"USERNAME_PASSWORD_RESET", "YES"}}).user.reset_password);
    CHECK_FALSE(
        settings_of({{"USERNAME_PASSWORD_RESET", "YES"}, {"PASSWORD", "x"}}).user.reset_password);
}

TEST_CASE("the first form of a password that is set wins", "[settings]")
{
    const std::string hash = "$6$salt$hash";
    struct Row {
        Context context;
        std::string text;
        bool crypted;
    };
    const std::vector<Row> rows{
        {context_of({{"PASSWORD", "pa ss"}}), "pa ss", false},
        {context_of({{"PASSWORD", " p "}}), " p ", false},
        {context_of({{"PASSWORD", "p"}, {"CRYPTED_PASSWORD", hash}}), hash, true},
        {context_of({{"CRYPTED_PASSWORD", hash}, {"PASSWORD_BASE64", encode_base64("q")}}), "q",
         false},
        {context_of({{"PASSWORD_BASE64", encode_base64("q")},
                     {"CRYPTED_PASSWORD_BASE64", encode_base64(hash)}}),
         hash, true},
        {context_of({{"CRYPTED_PASSWORD_BASE64", ""}, {"PASSWORD", "p"}}), "p", false},
        {context_of({{"PASSWORD_BASE64", encode_base64("echoed\n")}}), "echoed", false},
        {context_of({{"CRYPTED_PASSWORD", "*"}}), "*", true},
        {context_of({{"CRYPTED_PASSWORD", "!" + hash}}), "!" + hash, true},
        {context_of({{"CRYPTED_PASSWORD", "!"}}), "!", true},
        {context_of({{"CRYPTED_PASSWORD", "$y$j9T$a.b/$c-_="}}), "$y$j9T$a.b/$c-_=", true},
        {context_of({{"CRYPTED_PASSWORD", "ab1234567890."}}), "ab1234567890.", true},
    };
    for (const auto& row : rows) {
        auto settings = make_settings(row.context, {});
        REQUIRE(settings.user.password);
        CHECK(settings.user.password->text.reveal() == row.text);
        CHECK(settings.user.password->crypted == row.crypted);
        CHECK(settings.problems.empty());
    }
}

TEST_CASE("a password that makes no sense is refused and no other form replaces it", "[settings]")
{
    const std::string no_hash =
        "is no hash of crypt(5) (CRYPTED_PASSWORD_BASE64 carries '$' unharmed through a template); "
        "the password stays as it is";
    struct Row {
        std::string variable;
        std::string value;
        std::string message;
    };
    const std::vector<Row> rows{
        {"PASSWORD_BASE64", "no*base64", "is no base64; the password stays as it is"},
        {"PASSWORD_BASE64", "Cg==", "holds nothing; the password stays as it is"},
        {"PASSWORD_BASE64", encode_base64(std::string("a\0b", 3)),
         "holds a line end or NUL; the password stays as it is"},
        {"PASSWORD_BASE64", encode_base64("canary\nroot:x"),
         "holds a line end or NUL; the password stays as it is"},
        {"PASSWORD_BASE64", encode_base64(std::string(512, 'x')),
         "is longer than crypt(3) takes; the password stays as it is"},
        {"CRYPTED_PASSWORD", "canary", no_hash},
        {"CRYPTED_PASSWORD", "!canary", no_hash},
        {"CRYPTED_PASSWORD", "$6$canary:0:0", no_hash},
        {"CRYPTED_PASSWORD", "$6$canary\nroot::0", no_hash},
        {"CRYPTED_PASSWORD", "$6$canary;x", no_hash},
        {"CRYPTED_PASSWORD", "$6$can ary", no_hash},
        {"CRYPTED_PASSWORD", "$6$canary*", no_hash},
        {"CRYPTED_PASSWORD", "$6$canary!", no_hash},
        {"CRYPTED_PASSWORD", "$6$canary\\", no_hash},
        {"CRYPTED_PASSWORD", "$6$can\xC3\xA4ry", no_hash},
        {"CRYPTED_PASSWORD", "\\$6\\$canary", no_hash},  // a template that escaped '$'
        {"CRYPTED_PASSWORD", "$6$" + std::string(400, 'x'), no_hash},
    };
    for (const auto& row : rows) {
        INFO(row.value);
        auto settings = settings_of({{row.variable, row.value}, {"PASSWORD", "older"}});
        CHECK_FALSE(settings.user.password);
        CHECK(to_lines(settings.problems) == Lines{"error " + row.variable + ": " + row.message});
    }
    // 511 bytes are what libcrypt takes.
    CHECK(settings_of({{"PASSWORD", std::string(511, 'x')}}).user.password);
}

TEST_CASE("keys are checked, trimmed and taken once", "[settings]")
{
    auto options = "from=\"10.0.0.0/8\",command=\"echo \\\"a b\\\"\" " + test_key('c', "c@d e");
    auto settings = settings_of(
        {{"SSH_PUBLIC_KEY", "\n  " + test_key('a', "a@b") + "  \r\n# comment\n\nno key\n" +
                                test_key('a', "again") + "\n" + options},
         {"EC2_PUBLIC_KEY", test_key('b') + "\n" + test_key('a')}});
    CHECK(settings.user.keys_given);
    CHECK(settings.user.ssh_keys == Lines{test_key('a', "a@b"), options, test_key('b')});
    CHECK(to_lines(settings.problems) ==
          Lines{"warning SSH_PUBLIC_KEY: lines that are no public key, skipped: 1, the first is "
                "line 5"});
}

TEST_CASE("keys come under older names too", "[settings]")
{
    auto settings = settings_of(
        {{"SSH_KEY", test_key('a') + "\n" + test_key('b')}, {"USER_PUBKEY", test_key('c')}});
    CHECK(settings.user.ssh_keys == Lines{test_key('a'), test_key('b'), test_key('c')});
    CHECK(settings.other_keys.empty());
    CHECK(settings.problems.empty());
}

TEST_CASE("a private key given by mistake is refused and never quoted", "[settings]")
{
    auto settings = settings_of(
        {{"SSH_PUBLIC_KEY",
          "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n-----END OPENSSH PRIVATE KEY-----\n"}});
    CHECK(settings.user.keys_given);
    CHECK(settings.user.ssh_keys.empty());
    CHECK_FALSE(settings.wants_user);
    CHECK(to_lines(settings.problems) ==
          Lines{"warning SSH_PUBLIC_KEY: lines that are no public key, skipped: 3, the first is "
                "line 1",
                "error SSH_PUBLIC_KEY: no public key in it; installed keys stay as they are"});
}

TEST_CASE("shell and flags", "[settings]")
{
    CHECK(settings_of({{"USERNAME_SHELL", " /bin/zsh "}}).user.shell == "/bin/zsh");
    for (std::string shell : {"zsh", "/bin/sh:x", "/bin/sh\nroot", "/bin/sh -x"}) {
        auto settings = settings_of({{"USERNAME_SHELL", shell}});
        CHECK(settings.user.shell.empty());
        CHECK(settings.problems.size() == 1);
    }
    CHECK(settings_of({}).user.sudo);
    CHECK_FALSE(settings_of({{"USERNAME_SUDO", "no"}}).user.sudo);
    CHECK_FALSE(settings_of({{"GRANT_SUDO", "NO"}}).user.sudo);
    CHECK(settings_of({{"USERNAME_SUDO", "YES"}, {"GRANT_SUDO", "NO"}}).user.sudo);
    CHECK_FALSE(settings_of({{"USERNAME_SUDO", ""}, {"GRANT_SUDO", "NO"}}).user.sudo);
    auto unclear = settings_of({{"USERNAME_SUDO", "perhaps"}});
    CHECK_FALSE(unclear.user.sudo);
    CHECK(to_lines(unclear.problems) ==
          Lines{"warning USERNAME_SUDO: 'perhaps' is neither YES nor NO; taken as NO"});
    CHECK(settings_of({{"IGNORE_SWAP", "true"}}).swap.ignore);
    CHECK_FALSE(settings_of({{"IGNORE_SWAP", "no"}}).swap.ignore);
    CHECK(to_lines(settings_of({{"IGNORE_SWAP", "vdb"}}).problems) ==
          Lines{"warning IGNORE_SWAP: 'vdb' is neither YES nor NO; taken as NO"});
    CHECK(settings_of({{"VMID", "42"}}).vmid == "42");
    CHECK(settings_of({{"VMID", "-1"}}).vmid.empty());
}

TEST_CASE("what the image's policy switches off is absent", "[settings]")
{
    auto context = context_of({{"SET_HOSTNAME", "web"},
                               {"USERNAME", "alice"},
                               {"PASSWORD", "x"},
                               {"SSH_PUBLIC_KEY", test_key('a')},
                               {"ETH0_MAC", "02:00:00:00:00:01"},
                               {"ETH0_IP", "10.0.0.2"}});
    CHECK_FALSE(make_settings(context, {.hostname = Rule::off}).hostname);
    CHECK_FALSE(make_settings(context, {.network = Rule::off}).network);
    CHECK(make_settings(context, {.swap = Rule::off}).swap.ignore);

    auto no_users = make_settings(context, {.users = Rule::off});
    CHECK_FALSE(no_users.wants_user);
    CHECK_FALSE(no_users.user.password);
    CHECK(no_users.user.ssh_keys.size() == 1);
    CHECK(no_users.user.name == "alice");

    auto no_keys = make_settings(context, {.ssh_keys = Rule::off});
    CHECK(no_keys.wants_user);
    CHECK(no_keys.user.ssh_keys.empty());
    CHECK_FALSE(no_keys.user.keys_given);
}

TEST_CASE("every problem is collected, not the first", "[settings]")
{
    auto settings = settings_of({{"SET_HOSTNAME", "-"},
                                 {"USERNAME_SUDO", "?"},
                                 {"PASSWORD_BASE64", "?"},
                                 {"IGNORE_SWAP", "?"},
                                 {"VMID", "?"},
                                 {"SSH_PUBLIC_KEY", "?\n" + test_key('a')}});
    CHECK(settings.problems.size() == 6);
    CHECK(settings.user.ssh_keys.size() == 1);
}

}  // namespace
}  // namespace onectx::test
