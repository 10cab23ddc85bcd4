// Which file of keys sshd reads, as far as its configuration says.
#include "guest/plan/sshd_config.h"

#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"

namespace onectx::test {
namespace {

const std::string kMain = "/etc/ssh/sshd_config";

TEST_CASE("the first AuthorizedKeysFile that counts", "[sshd-config]")
{
    struct Row {
        std::string text;
        std::string pattern;
    };
    const std::string otherwise = ".ssh/authorized_keys";
    for (const auto& row : std::vector<Row>{
             {"", otherwise},
             {"#AuthorizedKeysFile x\nPort 22\n", otherwise},
             {"AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2\n", otherwise},
             {"authorizedkeysfile /etc/ssh/keys/%u\n", "/etc/ssh/keys/%u"},
             {"  AuthorizedKeysFile=\"a b\" c # d\n", "a b"},
             {"AuthorizedKeysFile = one\r\nAuthorizedKeysFile two\n", "one"},
             {"AuthorizedKeysFile none\n", ""},
             {"Match User bob\nAuthorizedKeysFile /his\n", otherwise},
             {"AuthorizedKeysFile\n", otherwise},
             {"Include sshd_config.d/*.conf\nAuthorizedKeysFile last\n", "included"},
             {"Include /etc/ssh/sshd_config.d/20*\nAuthorizedKeysFile last\n", "last"},
             {"Include /etc/ssh/sshd_config\n", otherwise},
         }) {
        CAPTURE(row.text);
        MemoryTree tree;
        tree.file(kMain, row.text)
            .file("/etc/ssh/sshd_config.d/10-a.conf", "AuthorizedKeysFile included\n")
            .file("/etc/ssh/sshd_config.d/20-b.conf", "Match all\nAuthorizedKeysFile second\n")
            .directory("/etc/ssh/sshd_config.d/30.conf");
        auto pattern = authorized_keys_pattern(tree);
        REQUIRE(pattern);
        CHECK(*pattern == row.pattern);
    }
    MemoryTree vendor;
    CHECK(*authorized_keys_pattern(vendor) == otherwise);
    vendor.file("/usr/etc/ssh/sshd_config", "AuthorizedKeysFile vendors\n");
    CHECK(*authorized_keys_pattern(vendor) == "vendors");
}

TEST_CASE("whose word counts for sshd", "[sshd-config]")
{
    struct Row {
        std::string text;
        bool counts;
    };
    for (const auto& row : std::vector<Row>{
             {"Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication yes\n", true},
             {"include sshd_config.d/*\n", true},
             {"PasswordAuthentication no\nInclude /etc/ssh/sshd_config.d/*.conf\n", false},
             {"#Include /etc/ssh/sshd_config.d/*.conf\n", false},
             {"Match all\nInclude /etc/ssh/sshd_config.d/*.conf\n", false},
             {"Include /etc/ssh/sshd_config.d/*.cfg\n", false},
             {"Include /etc/ssh/sshd_config.d/5*\nInclude /etc/ssh/sshd_config.d/*\n", false},
             {"", false},
         }) {
        CAPTURE(row.text);
        MemoryTree tree;
        tree.file(kMain, row.text)
            .file("/etc/ssh/sshd_config.d/50-cloud-init.conf", "passwordauthentication no\n");
        const auto file = "/etc/ssh/sshd_config.d/00-onectx.conf";
        CHECK(counts_for_sshd(file, "PasswordAuthentication", tree).value() == row.counts);
        tree.file(file, "PasswordAuthentication yes\n");
        CHECK(counts_for_sshd(file, "PasswordAuthentication", tree).value() == row.counts);
        tree.file("/etc/ssh/sshd_config.d/00-a.conf", "PasswordAuthentication no\n");
        CHECK(counts_for_sshd(file, "PasswordAuthentication", tree).value() == false);
    }
}

TEST_CASE("the lines whose word sshd takes", "[sshd-config]")
{
    MemoryTree tree;
    tree.file(
            kMain,
            "# PasswordAuthentication no\nInclude sshd_config.d/*.conf\nPasswordAuthentication no\n"
            "Match User bob\nPasswordAuthentication no\nInclude /etc/ssh/extra\n"
            "Match all\nPASSWORDAUTHENTICATION=yes\n")
        .file("/etc/ssh/sshd_config.d/10-a.conf",
              "Port 22\n\npasswordauthentication Yes\nMatch User eve\nPasswordAuthentication no\n")
        .file("/etc/ssh/sshd_config.d/20-b.conf", "PasswordAuthentication no\n")
        .file("/etc/ssh/extra", "PasswordAuthentication \"no\"\n");
    const auto lines = lines_for_sshd("PasswordAuthentication", tree);
    REQUIRE(lines);
    CHECK(*lines == std::vector<SshdLine>{{"/etc/ssh/sshd_config.d/10-a.conf", 3, "Yes", true},
                                          {"/etc/ssh/sshd_config.d/10-a.conf", 5, "no", false},
                                          {kMain, 5, "no", false},
                                          {"/etc/ssh/extra", 1, "no", false},
                                          {kMain, 8, "yes", false}});
    CHECK(lines_for_sshd("PermitRootLogin", tree)->empty());
}

TEST_CASE("files that include one another end", "[sshd-config]")
{
    MemoryTree tree;
    tree.file("/etc/ssh/sshd_config", "Include sshd_config\nInclude /etc/ssh/*\n")
        .file("/etc/ssh/a", "Include /etc/ssh/*\n");
    const auto pattern = authorized_keys_pattern(tree);
    REQUIRE_FALSE(pattern);
    CHECK(pattern.error().message == "sshd_config includes too much");
}

TEST_CASE("the path of a pattern", "[sshd-config]")
{
    struct Row {
        std::string pattern;
        std::string path;
    };
    const Account bob{"bob", 1000, 100, "/srv/bob"};
    for (const auto& row : std::vector<Row>{
             {".ssh/authorized_keys", "/srv/bob/.ssh/authorized_keys"},
             {"%h/.ssh/keys", "/srv/bob/.ssh/keys"},
             {"/etc/ssh/keys/%u", "/etc/ssh/keys/bob"},
             {"/keys//./%U%%", "/keys/1000%"},
             {"../%u", "error AuthorizedKeysFile '../%u' leads upwards"},
             {"/keys/%k", "error AuthorizedKeysFile '/keys/%k' is not understood"},
             {"/keys/%", "error AuthorizedKeysFile '/keys/%' is not understood"},
         }) {
        auto path = expand_keys_path(row.pattern, bob);
        CHECK((path ? *path : "error " + path.error().message) == row.path);
    }
}

}  // namespace
}  // namespace onectx::test
