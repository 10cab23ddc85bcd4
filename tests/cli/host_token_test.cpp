// TOKEN = YES: what the image gets, what is refused, and that no secret is seen on the way.
#include <nlohmann/json.hpp>

#include "tests/support/desk.h"

namespace onectx::test {
namespace {

// sha256 of "canary"; the token is that of tests/unit/host/token_test.cpp.
constexpr const char* kPassword =
    "e100fbce008c04ec40637af0af91fb2f05aeedc23f856a2d3c0b1580625d755e\n";
constexpr const char* kTokenSum =  // sha256 of "OJj/nqTLreOFiGdbC68teA==\n"
    "6c44f4bfa51c9257d4eab5c692ee74ffcefa4cf1af9e3884abbbe550dbe8f768";

const std::vector<std::string> kBuild{"build",
                                      "t",
                                      "-o",
                                      "x.iso",
                                      "--vmid",
                                      "42",
                                      "--stime",
                                      "1416924000",
                                      "--onegate-endpoint",
                                      "http://169.254.16.9:5030"};

std::vector<std::string> build_with(std::vector<std::string> more)
{
    auto arguments = kBuild;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

}  // namespace

TEST_CASE("a token for OneGate", "[cli][host][token]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[TOKEN=YES]\n");
    desk.write("password", kPassword);
    check(desk.onectx(build_with({"--token-password-file", "password"})), 0, "");
    CHECK(mode_of(desk.at("x.iso")) == 0600);
    auto inspected = desk.onectx({"inspect", "x.iso", "--json"});
    REQUIRE(inspected.status == 0);
    auto image = nlohmann::json::parse(inspected.out);
    CHECK(image["context"] == nlohmann::json{{"ONEGATE_ENDPOINT", "http://169.254.16.9:5030"},
                                             {"TOKEN", "YES"},
                                             {"VMID", "42"}});
    REQUIRE(image["files"].size() == 2);
    CHECK(image["files"][1]["path"] == "/token.txt");
    CHECK(image["files"][1]["mode"] == "0400");
    CHECK(image["files"][1]["size"] == 25);
    CHECK(image["files"][1]["sha256"] == kTokenSum);
}

TEST_CASE("who has a token already brings it along", "[cli][host][token]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[TOKEN=YES]\n");
    desk.write("token", "x\n");
    check(desk.onectx(build_with({"--file", "token:token.txt"})), 0, "");
    CHECK(mode_of(desk.at("x.iso")) == 0600);
}

TEST_CASE("what a token cannot do without", "[cli][host][token]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[TOKEN=YES]\n");
    desk.write("password", kPassword);
    desk.write("short", "canary\n");
    auto at_token = [](const std::string& message) {
        return "t:1:10: TOKEN: " + message + "\n  CONTEXT=[TOKEN=YES]\n           ^\n";
    };
    check(desk.onectx(build_with({})), 3,
          at_token("a token needs the password of its user: --token-password-file"));
    check(desk.onectx(build_with({"--token-password-file", "short"})), 3,
          at_token("the token password has fewer than 32 characters"));
    check(desk.onectx(build_with({"--token-password-file", "none"})), 1,
          at_token("--token-password-file: none: No such file or directory"));
    check(desk.onectx({"build", "t", "-o", "x.iso", "--vmid", "1", "--onegate-endpoint", "http://a",
                       "--token-password-file", "password"}),
          3, at_token("the start of the machine is not known: --stime or --vm"));
    const auto nothing =
        at_token(
            "the address of OneGate is not known: --onegate-endpoint, or endpoint in host.conf") +
        at_token("the number of the machine is not known: --vmid or --vm") +
        at_token("the start of the machine is not known: --stime or --vm");
    check(desk.onectx({"build", "t", "-o", "x.iso"}), 3,
          nothing + at_token("a token needs the password of its user: --token-password-file"));
    check(desk.onectx({"build", "t", "-o", "x.iso", "--token-password-file", "short"}), 3,
          nothing + at_token("the token password has fewer than 32 characters"));
    check(desk.onectx({"build", "t", "-o", "x.iso", "--token-password-file", "none"}), 1,
          nothing + at_token("--token-password-file: none: No such file or directory"));
    CHECK(desk.names() == std::vector<std::string>{"password", "short", "t"});
}

TEST_CASE("a password without a token is said", "[cli][host][token]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[A=1]\n");
    desk.write("password", kPassword);
    check(desk.onectx(build_with({"--token-password-file", "password"})), 0,
          "onectx: warning: --token-password-file has no effect: the template lacks TOKEN = YES\n");
}

}  // namespace onectx::test
