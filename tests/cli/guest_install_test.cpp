// `onectx-guest install` as image builders call it: what it prints, that a second run writes
// nothing, that no link leads it out of the image, and that it needs no privilege.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kNobody = 65534;

struct Image {
    Image()
    {
        write_file(root() / "usr/lib/systemd/systemd", "");
        write_file(root() / "usr/lib/systemd/system/one-context.service", "[Service]\n");
        fs::create_directories(root() / "sbin");
        fs::create_symlink("/usr/lib/systemd/systemd", root() / "sbin/init");
        fs::create_directories(outside());
    }
    [[nodiscard]] fs::path root() const { return folder.path() / "root"; }
    [[nodiscard]] fs::path outside() const { return folder.path() / "outside"; }
    [[nodiscard]] Finished install(std::vector<std::string> more = {}, unsigned user = 0) const
    {
        std::vector<std::string> argv{built_program("onectx-guest"), "install", "--root",
                                      root().string()};
        if (user != 0) argv[0] = (folder.path() / "onectx-guest").string();
        argv.insert(argv.end(), more.begin(), more.end());
        return run_program(argv, {.user = user});
    }
    // Every name with its inode and time of change.
    [[nodiscard]] std::map<std::string, std::string> fingerprint() const
    {
        std::map<std::string, std::string> prints;
        for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
            struct stat status{};
            REQUIRE(lstat(entry.path().c_str(), &status) == 0);
            prints[entry.path().string()] = std::to_string(status.st_ino) + " " +
                                            std::to_string(status.st_ctim.tv_sec) + "." +
                                            std::to_string(status.st_ctim.tv_nsec);
        }
        return prints;
    }

    TemporaryFolder folder;
};

}  // namespace

TEST_CASE("install makes an image ready, once", "[cli]")
{
    Image image;
    auto first = image.install();
    CHECK(first.err.empty());
    CHECK(first.status == 0);
    CHECK(first.out ==
          "write /usr/sbin/onectx-guest\n"
          "symlink /usr/bin/onegate -> ../sbin/onectx-guest\n"
          "write /etc/onectx/guest.conf\n"
          "mkdir /etc/onectx/guest.conf.d\n"
          "mkdir /etc/onectx/hooks.d\n"
          "write /usr/lib/udev/rules.d/66-onectx.rules\n"
          "symlink /etc/systemd/system/one-context.service -> /dev/null\n"
          "write /usr/lib/systemd/system/onectx-host-keys.service\n"
          "write /usr/lib/systemd/system/onectx-local.service\n"
          "write /usr/lib/systemd/system/onectx-update.path\n"
          "write /usr/lib/systemd/system/onectx-update.service\n"
          "write /usr/lib/systemd/system/onectx.service\n"
          "write /usr/lib/systemd/system-preset/80-onectx.preset\n"
          "symlink /etc/systemd/system/multi-user.target.wants/onectx-host-keys.service -> "
          "/usr/lib/systemd/system/onectx-host-keys.service\n"
          "symlink /etc/systemd/system/sysinit.target.wants/onectx-local.service -> "
          "/usr/lib/systemd/system/onectx-local.service\n"
          "symlink /etc/systemd/system/sysinit.target.wants/onectx-update.path -> "
          "/usr/lib/systemd/system/onectx-update.path\n"
          "symlink /etc/systemd/system/multi-user.target.wants/onectx.service -> "
          "/usr/lib/systemd/system/onectx.service\n");
    // It is this very program.
    CHECK(run_program({(image.root() / "usr/sbin/onectx-guest").string(), "--version"}).out ==
          "onectx-guest " ONECTX_VERSION "\n");
    auto client = run_program({(image.root() / "usr/bin/onegate").string(), "--help"});
    CHECK(client.out.starts_with("## COMMANDS"));
    auto before = image.fingerprint();
    auto second = image.install();
    CHECK(second.status == 0);
    CHECK(second.out == "nothing to do\n");
    CHECK(image.fingerprint() == before);

    write_file(image.root() / "usr/sbin/onectx-guest", "another version");
    CHECK(image.install().out == "write /usr/sbin/onectx-guest\n");
}

TEST_CASE("install stays inside the image whatever its links say", "[cli]")
{
    Image image;
    fs::create_symlink(image.outside(), image.root() / "etc");
    fs::create_symlink("../../outside", image.root() / "usr/sbin");
    auto finished = image.install();
    CHECK(finished.status == 0);
    CHECK(fs::is_empty(image.outside()));
}

TEST_CASE("install says what it needs to be told", "[cli]")
{
    Image image;
    auto bare = run_program({built_program("onectx-guest"), "install"});
    CHECK(bare.status == 2);
    CHECK(bare.err == "onectx-guest: install needs --root DIR; / is this machine\n");
    auto unknown = image.install({"--init", "upstart"});
    CHECK(unknown.status == 2);
    CHECK(unknown.err ==
          "onectx-guest: --init upstart: no such init; there are systemd, openrc and sysv\n");
    fs::remove(image.root() / "sbin/init");
    fs::remove(image.root() / "usr/lib/systemd/systemd");
    auto nothing = image.install();
    CHECK(nothing.status == 1);
    CHECK(nothing.err == "onectx-guest: error: no init system is known in " +
                             image.root().string() + "; --init systemd, openrc or sysv names it\n");
    CHECK(image.install({"--init", "openrc"}).status == 0);
    CHECK(fs::is_symlink(image.root() / "etc/runlevels/default/onectx"));
}

TEST_CASE("seal names what it removes, once", "[cli]")
{
    Image image;
    write_file(image.root() / "etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    write_file(image.root() / "etc/ssh/ssh_host_rsa_key", "private");
    write_file(image.root() / "var/lib/systemd/random-seed", "seed");
    auto seal = [&](std::vector<std::string> more = {}) {
        std::vector<std::string> argv{built_program("onectx-guest"), "seal", "--root",
                                      image.root().string()};
        argv.insert(argv.end(), more.begin(), more.end());
        return run_program(argv);
    };
    auto first = seal();
    CHECK(first.err.empty());
    CHECK(first.status == 0);
    CHECK(first.out ==
          "mkdir /var/lib/onectx\n"
          "write /var/lib/onectx/sealed\n"
          "write /etc/machine-id\n"
          "remove /etc/ssh/ssh_host_rsa_key\n"
          "remove /var/lib/systemd/random-seed\n");
    CHECK(read_file(image.root() / "etc/machine-id").empty());
    auto before = image.fingerprint();
    CHECK(seal().out == "nothing to do\n");
    CHECK(image.fingerprint() == before);
    write_file(image.root() / "var/lib/systemd/random-seed", "seed");
    auto json = seal({"--json"}).out;
    CHECK(json.find("\"path\": \"/var/lib/systemd/random-seed\"") != std::string::npos);
    CHECK_FALSE(fs::exists(image.root() / "var/lib/systemd/random-seed"));
}

TEST_CASE("install can switch off the older package and nothing else", "[cli]")
{
    Image image;
    CHECK(image.install({"--take-over"}).out ==
          "symlink /etc/systemd/system/one-context.service -> /dev/null\n");
    CHECK(image.install({"--take-over"}).out == "nothing to do\n");
    CHECK_FALSE(fs::exists(image.root() / "usr/sbin"));
}

TEST_CASE("an image of one's own needs no privilege", "[cli]")
{
    if (geteuid() != 0) SUCCEED("the rest of the suite runs without privileges then");
    if (geteuid() != 0) return;
    Image image;
    fs::copy_file(built_program("onectx-guest"), image.folder.path() / "onectx-guest");
    for (const auto& entry : fs::recursive_directory_iterator(image.folder.path()))
        REQUIRE(lchown(entry.path().c_str(), kNobody, kNobody) == 0);
    REQUIRE(lchown(image.folder.path().c_str(), kNobody, kNobody) == 0);
    auto first = image.install({}, kNobody);
    CHECK(first.err == "onectx-guest: owners are left as they are: not privileged\n");
    CHECK(first.status == 0);
    CHECK(fs::is_regular_file(image.root() / "usr/sbin/onectx-guest"));
    auto before = image.fingerprint();
    CHECK(image.install({}, kNobody).out == "nothing to do\n");
    CHECK(image.fingerprint() == before);
}

}  // namespace onectx::test
