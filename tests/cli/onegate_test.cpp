// The client of OneGate against a server that checks tokens as the real one does, and one with bad
// manners (tests/support/onegate_server.py).
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"
#include "tests/support/web_server.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

// AES-256-CBC of "7:1700000000" (reference 1.5), as the host makes it.
std::string token()
{
    TemporaryFolder folder;
    write_file(folder.path() / "password", std::string(64, '0') + "\n");
    auto made = run_program({"/usr/bin/openssl", "enc", "-aes-256-cbc", "-a", "-A", "-K",
                             "3030303030303030303030303030303030303030303030303030303030303030",
                             "-iv", "00000000000000000000000000000000"},
                            {.input = "7:1700000000"});
    REQUIRE(made.status == 0);
    return made.out;
}

struct Gate {
    WebServer server{"onegate_server.py"};
    std::vector<std::string> more;
    std::string endpoint = server.http("");
    std::string vmid = "7";
    std::string secret = token();

    [[nodiscard]] Finished run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {built_program("onectx-guest"), "onegate"});
        std::vector<std::string> environment{"ONEGATE_ENDPOINT=" + endpoint, "VMID=" + vmid,
                                             "TOKENTXT=" + secret};
        environment.insert(environment.end(), more.begin(), more.end());
        return run_program(arguments, {.environment = environment});
    }
    [[nodiscard]] nlohmann::json log() const
    {
        auto asked = run_program(
            {"/usr/bin/python3", "-c",
             "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())",
             server.http("/log")});
        return nlohmann::json::parse(asked.out);
    }
};

TEST_CASE("each verb, obeyed", "[onegate]")
{
    const Gate gate;
    auto shown = gate.run({"vm", "show"});
    CHECK(shown.status == 0);
    CHECK(shown.err.empty());
    CHECK(shown.out == "VM 7\nNAME                : web                 \n");
    CHECK(gate.run({"vm", "show", "8", "-j"})
              .out.starts_with("{\n  \"VM\": {\n    \"NAME\": \"web\""));
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"vm", "update", "--data", "READY=YES"},
             {"vm", "update", "8", "--erase", "A"},
             {"vm", "reboot", "8", "--hard"},
             {"service", "show", "--extended"},
             {"service", "scale", "--role", "front", "--cardinality", "2"},
             {"vrouter", "show"},
             {"vnet", "show", "5"}}) {
        CAPTURE(arguments);
        auto done = gate.run(arguments);
        CHECK(done.status == 0);
        CHECK(done.err.empty());
    }
}

TEST_CASE("everything that goes wrong has a reason and the status 255", "[onegate]")
{
    struct Row {
        std::string trouble;
        std::vector<std::string> arguments;
        std::string complaint;
    };
    const std::vector<std::string> show{"vm", "show"};
    for (const auto& row : std::vector<Row>{
             {"/refuse", show, "OneGate answers 401: Trouble"},
             {"/forbid", show, "OneGate answers 403: Trouble"},
             {"/break", show, "OneGate answers 500: Trouble"},
             {"/elsewhere", show,
              "OneGate answers 302: the server sends us elsewhere, and a token goes to nobody "
              "else"},
             {"/garbage", show, "the server's answer is no JSON"},
             {"",
              {"vm", "update", "-d", "SERVICE_ID=3"},
              "OneGate answers 403: SERVICE_ID cannot be modified"},
             {"", {"vm", "show", "9"}, "OneGate answers 400: No such resource"},
         }) {
        CAPTURE(row.trouble, row.complaint);
        Gate gate;
        gate.endpoint += row.trouble;
        auto done = gate.run(row.arguments);
        CHECK(done.status == 255);
        CHECK(done.out.empty());
        CHECK(done.err == "ERROR: \n" + row.complaint + "\n");
    }
}

TEST_CASE("answers cut off or without end", "[onegate]")
{
    Gate gate;
    const auto base = gate.endpoint;
    for (const auto& [trouble, complaint] : std::vector<std::pair<std::string, std::string>>{
             {"/half", "the answer ends in the middle"}, {"/huge", "the answer is too large"}}) {
        gate.endpoint = base + trouble;
        auto done = gate.run({"vm", "show"});
        CHECK(done.status == 255);
        CHECK(done.err == "ERROR: \nask " + base.substr(7) + ": " + complaint + "\n");
    }
    gate.endpoint = base + "/chunks";
    CHECK(gate.run({"vm", "show"}).status == 0);
}

TEST_CASE("a token of somebody else, and none", "[onegate]")
{
    Gate gate;
    gate.secret = "AAAA";
    CHECK(gate.run({"vm", "show"}).err == "ERROR: \nOneGate answers 401: Not authorized\n");
    gate.secret = "";
    CHECK(gate.run({"vm", "show"}).err ==
          "ERROR: \nTOKENTXT is not set: the machine has no token\n");
    gate.secret = token();
    gate.vmid = "8";
    CHECK(gate.run({"vm", "show"}).status == 255);
}

TEST_CASE("a server that is not ready is asked again", "[onegate]")
{
    Gate gate;
    gate.endpoint += "/break-once";
    CHECK(gate.run({"vm", "show"}).status == 0);
    // An action may have been performed already.
    CHECK(gate.run({"vm", "stop", "8"}).err == "ERROR: \nOneGate answers 503: Not yet\n");
}

TEST_CASE("nobody listens", "[onegate]")
{
    Gate gate;
    gate.endpoint = "http://127.0.0.1:1";
    auto done = gate.run({"vm", "show"});
    CHECK(done.status == 255);
    CHECK(done.err ==
          "ERROR: \nask 127.0.0.1:1: connect to 127.0.0.1 port 1: Connection refused\n");
}

TEST_CASE("through a proxy", "[onegate]")
{
    Gate gate;
    auto authority = gate.endpoint.substr(7);
    gate.more = {"http_proxy=http://me:pw@" + authority};
    gate.endpoint = "http://gate.invalid:5030";
    CHECK(gate.run({"vm", "show"}).status == 0);
    auto log = gate.log();
    CHECK(log.back()["path"] == "http://gate.invalid:5030/vm");
    CHECK(log.back()["proxy"] == "Basic bWU6cHc=");
    gate.endpoint = "https://gate.invalid";
    auto refused = gate.run({"vm", "show"});
    CHECK(refused.err ==
          "ERROR: \nask gate.invalid: proxy " + authority + ": the proxy refuses: status 502\n");
    CHECK(gate.log().back()["path"] == "gate.invalid:443");
}

TEST_CASE("usage", "[onegate]")
{
    const auto wrong = run_program({built_program("onectx-guest"), "onegate", "vm", "fly"});
    CHECK(wrong.status == 255);
    CHECK(wrong.err.ends_with("\nAction fly not supported\n"));
    CHECK(run_program({built_program("onectx-guest"), "onegate", "--help"}).status == 0);

    TemporaryFolder folder;
    fs::create_symlink(built_program("onectx-guest"), folder.path() / "onegate");
    const auto called = run_program({folder.path() / "onegate", "--help"});
    CHECK(called.status == 0);
    CHECK(called.out.starts_with("## COMMANDS"));
}

}  // namespace
}  // namespace onectx::test
