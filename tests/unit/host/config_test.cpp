// host.conf: every key, and every complaint verbatim.
#include "host/config.h"

#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {
namespace {

std::string complaint(std::string_view text)
{
    auto config = read_host_config(text, "host.conf");
    return config ? "" : config.error().message;
}

}  // namespace

TEST_CASE("every key of host.conf", "[host-config]")
{
    CHECK(read_host_config("", "host.conf") == HostConfig{});
    CHECK(HostConfig{}.restricted_dirs == std::vector<std::string>{"/etc"});
    auto config = read_host_config(
        "[files]\nrestricted-dirs = /etc '/my secrets'\nrestricted-dirs = /root\n"
        "safe-dirs = /etc/onectx/files\n"
        "[download]\nconnect-timeout = 3\ntimeout = 60\nmax-size = 1000\nca-file = /ca.pem\n"
        "[onegate]\nendpoint = http://169.254.16.9:5030\n"
        "[image]\ninit = bundle\nguest-binary = /a\nguest-binary = /b\n",
        "host.conf");
    REQUIRE(config);
    CHECK(*config == HostConfig{{"/etc", "/my secrets", "/root"},
                                {"/etc/onectx/files"},
                                {3, 60, 1000, "/ca.pem"},
                                "http://169.254.16.9:5030",
                                {InitKind::bundle, {"/a", "/b"}}});
    auto open = read_host_config("[files]\nrestricted-dirs =\n", "host.conf");
    REQUIRE(open);
    CHECK(open->restricted_dirs.empty());
}

TEST_CASE("what is wrong with host.conf", "[host-config]")
{
    const std::string where = "host.conf:2: ";
    CHECK(complaint("[files]\nsafe-dirs = etc\n") ==
          where + "[files] safe-dirs: expected a list of absolute paths, not 'etc'");
    CHECK(complaint("[files]\nsafe-dirs = /a:b\n") ==
          where + "[files] safe-dirs: expected a list of absolute paths, not '/a:b'");
    CHECK(complaint("[download]\ntimeout = 0\n") ==
          where + "[download] timeout: expected a number of seconds, 1 to 86400, not '0'");
    CHECK(complaint("[download]\nmax-size = 1G\n") ==
          where + "[download] max-size: expected a number of bytes, 1 to 64 GiB, not '1G'");
    CHECK(complaint("[download]\nca-file = ca.pem\n") ==
          where + "[download] ca-file: expected an absolute path, not 'ca.pem'");
    CHECK(complaint("[onegate]\nendpoint = 169.254.16.9\n") ==
          where +
              "[onegate] endpoint: expected an address: http://HOST:PORT or https://…, not "
              "'169.254.16.9'");
    CHECK(complaint("[image]\ninit = all\n") ==
          where + "[image] init: expected none, portable or bundle, not 'all'");
    CHECK(complaint("[files]\nrestricted = /\n") ==
          where + "[files] restricted is unknown; known are restricted-dirs, safe-dirs");
    CHECK(complaint("[file]\nsafe-dirs = /\n") ==
          where +
              "[file] safe-dirs is unknown; sections are [files], [download], [onegate], "
              "[image]");
    CHECK(complaint("[files]\nnonsense\n") == where + "neither a [section] nor NAME = VALUE");
}

TEST_CASE("an option replaces what host.conf says", "[host-config]")
{
    HostConfig config;
    REQUIRE(apply_setting({"files", "restricted-dirs", "/a /b"}, config));
    CHECK(config.restricted_dirs == std::vector<std::string>{"/a", "/b"});
    auto refused = apply_setting({"files", "restricted-dirs", "b"}, config);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "expected a list of absolute paths, not 'b'");
}

TEST_CASE("a host.conf that is named must be there", "[host-config]")
{
    test::TemporaryFolder folder;
    auto path = (folder.path() / "host.conf").string();
    auto missing = load_host_config({.file = path});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message == path + ": No such file or directory");
    test::write_file(path, "[download]\ntimeout = 5\n");
    auto config = load_host_config({.file = path, .settings = {{"download", "max-size", "7"}}});
    REQUIRE(config);
    CHECK(config->download.total_seconds == 5);
    CHECK(config->download.max_bytes == 7);
}

}  // namespace onectx
