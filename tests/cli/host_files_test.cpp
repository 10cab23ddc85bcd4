// What goes on an image beside context.sh, as users and operators ask for it: FILES with addresses,
// host.conf, and who may name which directory.
#include <nlohmann/json.hpp>

#include "tests/support/desk.h"
#include "tests/support/web_server.h"

namespace onectx::test {
namespace {

std::vector<std::string> paths_on(const Desk& desk, const std::string& image)
{
    auto inspected = desk.onectx({"inspect", image, "--json"});
    REQUIRE(inspected.status == 0);
    auto json = nlohmann::json::parse(inspected.out);
    std::vector<std::string> paths;
    for (const auto& file : json["files"])
        paths.push_back(file["path"]);
    return paths;
}

}  // namespace

TEST_CASE("files come from servers too", "[cli][host][files]")
{
    Desk desk;
    WebServer server;
    desk.write("here", "x");
    desk.write("t", "CONTEXT=[FILES=\"" + server.http("/hello") + " here '" +
                        server.https("/hello") + "':sub/there\"]\n");
    desk.write("host.conf", "[download]\nca-file = " + server.certificate() + "\n");
    check(desk.onectx({"build", "t", "-o", "x.iso", "--config", "host.conf"}), 0, "");
    CHECK(paths_on(desk, "x.iso") ==
          std::vector<std::string>{"/context.sh", "/hello", "/here", "/sub/there"});
    // The option does as the line of host.conf.
    check(desk.onectx({"build", "t", "-o", "y.iso", "--ca-file", server.certificate()}), 0, "");
    CHECK(read_file(desk.at("x.iso")) == read_file(desk.at("y.iso")));

    auto url = server.http("/missing");
    auto failed = desk.onectx({"build", "t", "-o", "z.iso", "--set", "FILES=" + url});
    check(failed, 1, "onectx: FILES: " + url + ": the server answers 404\n");
    check(desk.onectx({"build", "t", "-o", "z.iso", "--set", "FILES=", "--file",
                       server.http("/large"), "--download-max-size", "9"}),
          1, "onectx: " + server.http("/large") + ": larger than 9 bytes\n");
    CHECK(desk.names() == std::vector<std::string>{"here", "host.conf", "t", "x.iso", "y.iso"});
}

TEST_CASE("a password in an address is shown nowhere", "[cli][host][files]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[FILES=\"http://me:canary@127.0.0.1:1/x\"]\n");
    check(desk.onectx({"build", "t", "-o", "x.iso"}), 3,
          "t:1:10: FILES: http://***@127.0.0.1:1/x: a password in an address can be read in "
          "context.sh\n  CONTEXT=[FILES=\"http://***@127.0.0.1:1/x\"]\n           ^\n");
}

TEST_CASE("directories that FILES may not name files of", "[cli][host][files]")
{
    Desk desk;
    desk.write("keep/secret", "x");
    desk.write("keep/open/a", "x");
    auto keep = desk.at("keep").string();
    desk.write("t", "CONTEXT=[FILES=\"keep/open/a\n\nkeep/secret:harmless\"]\n");
    const std::string refused = "FILES: keep/secret: files in " + keep + " are restricted\n";
    auto build = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"build", "t", "-o", "x.iso"});
        auto finished = desk.onectx(options);
        CHECK(finished.status == (finished.err.empty() ? 0 : 3));
        return finished.err.substr(0, finished.err.find('\n') + 1);
    };
    CHECK(build({"--restricted-dirs", keep, "--safe-dirs", keep + "/open"}) ==
          "t:1:10: " + refused);
    CHECK(build({"--restricted-dirs", keep, "--safe-dirs", "/ " + keep}).empty());
    CHECK(build({"--restricted-dirs", ""}).empty());
    desk.write("host.conf",
               "[files]\nrestricted-dirs = " + keep + "\nsafe-dirs = " + keep + "/open\n");
    CHECK(build({"--config", "host.conf"}) == "t:1:10: " + refused);
    CHECK(build({"--config", "host.conf", "--restricted-dirs", "/etc"}).empty());
    // Who writes the command line needs no leave.
    CHECK(build({"--config", "host.conf", "--set", "FILES=", "--file", "keep/secret"}).empty());

    check(desk.onectx({"build", "t", "-o", "x.iso", "--safe-dirs", "etc"}), 2,
          "onectx: --safe-dirs: expected a list of absolute paths, not 'etc'\n");
    desk.write("host.conf", "[files]\nsafe-dirs = etc\n");
    check(desk.onectx({"build", "t", "-o", "x.iso", "--config", "host.conf"}), 3,
          "onectx: host.conf:2: [files] safe-dirs: expected a list of absolute paths, not 'etc'\n");
    check(desk.onectx({"build", "t", "-o", "x.iso", "--config", "none"}), 1,
          "onectx: none: No such file or directory\n");
}

TEST_CASE("names that the image gives itself", "[cli][host][files]")
{
    Desk desk;
    desk.write("f", "x");
    for (const std::string name : {"context.sh", "Context.SH", "token.txt"}) {
        desk.write("t", "CONTEXT=[FILES=\"f:" + name + "\"]\n");
        auto finished = desk.onectx({"build", "t", "-o", "x.iso"});
        CHECK(finished.status == 3);
        CHECK(finished.err.starts_with("t:1:10: FILES: '" + name + "': the image has its own "));
    }
}

TEST_CASE("FILES_DS as OpenNebula stores it", "[cli][host][files]")
{
    Desk desk;
    desk.write("abc", "x");
    desk.write("def", "x");
    desk.write("t", "CONTEXT=[FILES_DS=\"" + desk.at("abc").string() + ":'my script.sh' " +
                        desk.at("def").string() + ":'init.sh' \"]\n");
    check(desk.onectx({"build", "t", "-o", "x.iso"}), 0, "");
    CHECK(paths_on(desk, "x.iso") ==
          std::vector<std::string>{"/context.sh", "/init.sh", "/my script.sh"});
    desk.write("t", "CONTEXT=[FILES_DS=\"/nowhere/x:'a' \"]\n");
    check(desk.onectx({"build", "t", "-o", "y.iso"}), 1,
          "t:1:10: FILES_DS: /nowhere/x: No such file or directory\n"
          "  CONTEXT=[FILES_DS=\"/nowhere/x:'a' \"]\n           ^\n");
}

TEST_CASE("an init.sh for images without an agent", "[cli][host][init]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[]\n");
    check(desk.onectx({"build", "t", "-o", "x.iso"}), 0, "");
    CHECK(paths_on(desk, "x.iso") == std::vector<std::string>{"/context.sh"});
    check(desk.onectx({"build", "t", "-o", "x.iso", "--init", "portable"}), 0, "");
    CHECK(paths_on(desk, "x.iso") == std::vector<std::string>{"/context.sh", "/init.sh"});

    // The user's own stays.
    desk.write("init.sh", "mine");
    for (const std::string kind : {"portable", "bundle"}) {
        check(desk.onectx({"build", "t", "-o", "x.iso", "--init", kind, "--file", "init.sh"}), 0,
              "onectx: warning: --init adds nothing: there is an init.sh already\n");
        CHECK(paths_on(desk, "x.iso") == std::vector<std::string>{"/context.sh", "/init.sh"});
    }
}

TEST_CASE("what host.conf says of init.sh", "[cli][host][init]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[]\n");
    desk.write("init.sh", "mine");
    desk.write("host.conf", "[image]\ninit = portable\n");
    auto build = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"build", "t", "-o", "x.iso", "--config", "host.conf"});
        return desk.onectx(words);
    };
    check(build({}), 0, "");
    CHECK(paths_on(desk, "x.iso") == std::vector<std::string>{"/context.sh", "/init.sh"});
    check(build({"--init", "none"}), 0, "");
    CHECK(paths_on(desk, "x.iso") == std::vector<std::string>{"/context.sh"});
    // Nobody asked for it for this machine.
    check(build({"--file", "init.sh"}), 0, "");
    // A mistake of the operator's is wrong input, as one in a template is.
    desk.write("host.conf", "[image]\ninits = portable\n");
    check(build({}), 3,
          "onectx: host.conf:2: [image] inits is unknown; known are init, guest-binary\n");
}

TEST_CASE("a bundle needs a static program, one for each machine", "[cli][host][init]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[]\n");
    // Any program without an interpreter will do here.
    const std::string busybox = "/bin/busybox";
    check(desk.onectx({"build", "t", "-o", "x.iso", "--init", "bundle", "--guest-binary", busybox}),
          0, "");
    auto paths = paths_on(desk, "x.iso");
    REQUIRE(paths.size() == 3);
    CHECK(paths[2].starts_with("/onectx-guest."));
    auto machine = paths[2].substr(paths[2].find('.') + 1);
    check(desk.onectx({"build", "t", "-o", "y.iso", "--init", "bundle", "--guest-binary", busybox,
                       "--guest-binary", busybox}),
          3, "onectx: --guest-binary: /bin/busybox: a second program for " + machine + "\n");
    desk.write("text", "no program");
    check(desk.onectx({"build", "t", "-o", "y.iso", "--init", "bundle", "--guest-binary", "text"}),
          3, "onectx: --guest-binary: text: no program (ELF)\n");
    check(desk.onectx({"build", "t", "-o", "y.iso", "--init", "bundle", "--guest-binary", "none"}),
          1, "onectx: --guest-binary: none: No such file or directory\n");
    check(desk.onectx({"build", "t", "-o", "y.iso", "--init", "some"}), 2,
          "onectx: --init: expected none, portable or bundle, not 'some'\n");
    CHECK(desk.names() == std::vector<std::string>{"t", "text", "x.iso"});
}

}  // namespace onectx::test
