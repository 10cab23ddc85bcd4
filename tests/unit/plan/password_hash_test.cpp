// Hashes, and what the machine remembers of a value. Few real hashes: each takes milliseconds.
#include "guest/plan/password_hash.h"

#include "guest/plan/login_defs.h"
#include "guest/plan/state_record.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

const std::string kSalt = "0123456789abcdef";

TEST_CASE("hashes that libcrypt made are those of their passwords", "[password]")
{
    Secret password(std::string_view("Gr\xc3\xbc\xc3\x9f dich"));
    for (auto [method, prefix] :
         {std::pair{HashMethod::yescrypt, "$y$"}, std::pair{HashMethod::sha512crypt, "$6$"}}) {
        auto hash = hash_password(password, method, kSalt);
        REQUIRE(hash);
        CHECK(hash->reveal().starts_with(prefix));
        CHECK(has_hash(password, hash->reveal()));
        CHECK_FALSE(has_hash(Secret(std::string_view("other")), hash->reveal()));
        CHECK_FALSE(has_hash(password, "!" + hash->reveal()));
    }
}

TEST_CASE("what is no hash belongs to no password", "[password]")
{
    for (std::string hash :
         {"", "*", "!", "!!", "x", "plain", "$", "$6$", "$nosuch$a$b", "*0", "*1"}) {
        INFO(hash);
        CHECK_FALSE(has_hash(Secret(std::string_view("")), hash));
        CHECK_FALSE(has_hash(Secret(std::string_view("plain")), hash));
    }
}

TEST_CASE("the salt decides, and must be there", "[password]")
{
    Secret password(std::string_view("p"));
    auto hash = hash_password(password, HashMethod::sha512crypt, kSalt);
    CHECK(hash->reveal() ==
          hash_password(password, HashMethod::sha512crypt, kSalt + "more")->reveal());
    CHECK(hash->reveal() !=
          hash_password(password, HashMethod::sha512crypt, "fedcba9876543210")->reveal());
    CHECK(hash_password(password, HashMethod::yescrypt, "short").error().message ==
          "hash the password: no random bytes for a salt");
}

TEST_CASE("the method is what the system can check", "[password]")
{
    struct Row {
        std::string path;
        std::string text;
        HashMethod method;
    };
    for (const auto& row : std::vector<Row>{
             {"/etc/login.defs", "ENCRYPT_METHOD YESCRYPT\n", HashMethod::yescrypt},
             {"/etc/login.defs", "ENCRYPT_METHOD SHA512\n#yescrypt is better\n",
              HashMethod::sha512crypt},
             {"/usr/etc/login.defs", "ENCRYPT_METHOD yescrypt", HashMethod::yescrypt},
             {"/etc/pam.d/common-password",
              "password [success=1 default=ignore] pam_unix.so obscure yescrypt\n",
              HashMethod::yescrypt},
             {"/etc/pam.d/system-auth", "password sufficient pam_unix.so sha512 shadow\n",
              HashMethod::sha512crypt},
             {"/etc/pam.d/sshd", "yescrypt\n", HashMethod::sha512crypt},
         }) {
        INFO(row.path << ": " << row.text);
        MemoryTree tree;
        tree.file(row.path, row.text);
        CHECK(find_hash_method(tree).value() == row.method);
    }
}

TEST_CASE("numbers of login.defs", "[login-defs]")
{
    auto defs = parse_login_defs(
        "# UID_MIN 1\nUID_MIN\t\t 2000\nUID_MAX 3000 # last\nGID_MIN 9000\nGID_MAX 10\n"
        "SUB_UID_MIN x\nSUB_UID_COUNT 0\nUMASK 027\nUID_MIN\n");
    CHECK(defs.uids.first == 2000);
    CHECK(defs.uids.last == 3000);
    CHECK(defs.gids.first == 1000);  // a range that ends before it begins is none
    CHECK(defs.gids.last == 60000);
    CHECK(defs.sub_uids.first == 100000);
    CHECK(defs.sub_uid_count == 0);
    CHECK(defs.home_mode == 0750);
    CHECK(parse_login_defs("UMASK 022\nHOME_MODE 0711\n").home_mode == 0711);
    CHECK(parse_login_defs("UMASK 99\nHOME_MODE rwx\n").home_mode == 0700);
    CHECK(parse_login_defs("UID_MIN 0\nUID_MAX 99999999999\n").uids.first == 1000);
}

TEST_CASE("a record knows the last value and tells none", "[state-record]")
{
    Machine machine;
    auto record = StateRecord::read("passwords", machine.tree, machine.facts).value();
    CHECK(record.changes().empty());
    CHECK_FALSE(record.knows("alice"));
    record.set("alice", "canary");
    CHECK(record.is_last("alice", "canary"));
    CHECK_FALSE(record.is_last("alice", "canary2"));
    CHECK_FALSE(record.is_last("bob", "canary"));

    auto changes = record.changes();
    CHECK(paths_of({.changes = changes}) == std::vector<std::string>{"/var/lib/onectx",
                                                                     "/var/lib/onectx/key",
                                                                     "/var/lib/onectx/passwords"});
    CHECK(std::get<MakeDirectory>(changes[0]).mode == 0700);
    for (auto i : {1U, 2U}) {
        const auto& file = std::get<WriteFile>(changes[i]);
        CHECK(file.mode == 0600);
        CHECK(file.secret);
        CHECK(file.content.find("canary") == std::string::npos);
        machine.tree.file(file.path, file.content, file.mode);
    }

    auto again = StateRecord::read("passwords", machine.tree, machine.facts).value();
    CHECK(again.is_last("alice", "canary"));
    again.set("alice", "canary");
    CHECK(again.changes().empty());
    again.set("bob", "x");
    CHECK(again.changes().size() == 2);  // the key is there already
}

TEST_CASE("a record without its key says nothing", "[state-record]")
{
    Machine machine;
    machine.tree.file("/var/lib/onectx/key", std::string(64, 'a') + "\n")
        .file("/var/lib/onectx/passwords", "junk\nalice " + std::string(64, '0') + "\nbob zz\n");
    auto record = StateRecord::read("passwords", machine.tree, machine.facts).value();
    CHECK(record.knows("alice"));
    CHECK_FALSE(record.knows("bob"));
    CHECK_FALSE(record.knows("junk"));

    machine.tree.file("/var/lib/onectx/key", "damaged");
    CHECK_FALSE(StateRecord::read("passwords", machine.tree, machine.facts)->knows("alice"));
    machine.tree.remove("/var/lib/onectx/key");
    CHECK_FALSE(StateRecord::read("passwords", machine.tree, machine.facts)->knows("alice"));
    machine.facts.fresh_state_key = Secret();
    CHECK(StateRecord::read("passwords", machine.tree, machine.facts).error().message ==
          "make a key for /var/lib/onectx/passwords: no random bytes");
}

}  // namespace
}  // namespace onectx::test
