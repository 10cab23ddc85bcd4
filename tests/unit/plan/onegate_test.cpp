// The command line of onegate, and how answers are shown.
#include "guest/onegate/onegate.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("what is asked for", "[onegate]")
{
    struct Row {
        Words words;
        std::string line;
        std::string body;
    };
    for (const auto& row : std::vector<Row>{
             {{"vm", "show"}, "GET /vm", ""},
             {{"vm", "show", "8", "--json"}, "GET /vms/8", ""},
             {{"--json", "vm", "show"}, "GET /vm", ""},
             {{"vm", "update", "--data", "A=b\nC=d e"}, "PUT /vm", "data=A%3Db%0AC%3Dd+e&type=1"},
             {{"vm", "update", "8", "-dA=b"}, "PUT /vms/8", "data=A%3Db&type=1"},
             {{"vm", "update", "--erase=A"}, "PUT /vm", "data=A&type=2"},
             {{"vm", "poweroff", "8", "--hard"},
              "POST /vms/8/action",
              R"({"action":{"perform":"poweroff","params":true}})"},
             {{"vm", "resume", "8"}, "POST /vms/8/action", R"({"action":{"perform":"resume"}})"},
             {{"service", "show"}, "GET /service", ""},
             {{"service", "show", "--extended"}, "GET /service?extended=true", ""},
             {{"service", "scale", "--role", "a/b", "--cardinality", "3"},
              "PUT /service/role/a%2Fb",
              R"({"cardinality":3})"},
             {{"vrouter", "show"}, "GET /vrouter", ""},
             {{"vnet", "show", "5", "--extended"}, "GET /vnet/5?extended=true", ""},
         }) {
        CAPTURE(row.line);
        auto call = parse_onegate(row.words);
        REQUIRE(call);
        CHECK(call->method + " " + call->path == row.line);
        CHECK(call->body == row.body);
    }
}

TEST_CASE("what cannot be asked for", "[onegate]")
{
    struct Row {
        Words words;
        std::string complaint;
    };
    for (const auto& row : std::vector<Row>{
             {{}, "a command is needed"},
             {{"host"}, "Command host not supported"},
             {{"vm"}, "Action  not supported"},
             {{"vm", "fly", "8"}, "Action fly not supported"},
             {{"vm", "stop"}, "You have to provide a VM ID"},
             {{"vm", "stop", "../8"}, "'../8' is no VM ID"},
             {{"vm", "update"}, "You have to provide the data as a param (--data, --erase)"},
             {{"vm", "update", "--data"}, "missing argument: --data"},
             {{"vm", "show", "-x"}, "invalid option: -x"},
             {{"service", "scale", "-c", "3"}, "You have to provide a role (--role)"},
             {{"service", "scale", "-r", "a", "-c", "many"},
              "You have to provide a number of machines (--cardinality)"},
             {{"vnet", "show"}, "You have to provide a VNET ID"},
             {{"vnet", "show", "a"}, "'a' is no VNET ID"},
             {{"vrouter", "update"}, "Action update not supported"},
         }) {
        CAPTURE(row.complaint);
        auto call = parse_onegate(row.words);
        REQUIRE_FALSE(call);
        CHECK(call.error().message == row.complaint);
    }
}

TEST_CASE("who asks, and where", "[onegate]")
{
    auto context = context_of({{"ONEGATE_ENDPOINT", "http://169.254.16.9:5030/gate/"},
                               {"VMID", "7"},
                               {"TOKENTXT", "c2VjcmV0"}});
    auto access = read_access(context);
    REQUIRE(access);
    auto request = request_of(*parse_onegate({"vm", "show"}), *access);
    CHECK(request.url.path == "/gate/vm");
    CHECK(request.headers == HttpHeaders{{"X-ONEGATE-TOKEN", "c2VjcmV0"}, {"X-ONEGATE-VMID", "7"}});
    for (const auto* name : {"ONEGATE_ENDPOINT", "VMID", "TOKENTXT"}) {
        auto without = context;
        without.erase(name);
        auto missing = read_access(without);
        REQUIRE_FALSE(missing);
        CHECK(missing.error().message.starts_with(std::string(name) + " is not set"));
    }
}

std::string shown(const Words& words, const std::string& body, bool bold = false)
{
    auto call = parse_onegate(words);
    REQUIRE(call);
    auto text = show_answer(*call, body, bold);
    return text ? *text : "error: " + text.error().message;
}

TEST_CASE("answers are shown as the older client shows them", "[onegate]")
{
    const std::string vm =
        R"({"VM":{"NAME":"web","ID":"7","STATE":"3","LCM_STATE":"3","TEMPLATE":{"NIC":{"IP":"10.0.0.2"}}}})";
    CHECK(shown({"vm", "show"}, vm) == "VM 7\nNAME                : web                 \n");
    CHECK(shown({"vm", "show", "--json"}, R"({"VM":{"A":[],"B":{"C":1}}})") ==
          "{\n  \"VM\": {\n    \"A\": [],\n    \"B\": {\n      \"C\": 1\n    }\n  }\n}\n");
    CHECK(shown({"vm", "show"}, vm, true) ==
          "\033[1m\033[4mVM 7" + std::string(76, ' ') +
              "\033[0m\nNAME                : web                 \n");
    const std::string service =
        R"({"SERVICE":{"id":"3","name":"shop","state":2,"roles":[{"name":"front","nodes":[{"vm_info":)" +
        vm + R"(}]},{"name":"empty"}]}})";
    CHECK(shown({"service", "show"}, service) ==
          "SERVICE 3\n"
          "NAME                : shop                \n"
          "STATE               : RUNNING             \n\n"
          "ROLE front\nVM 7\nNAME                : web                 \n\n"
          "ROLE empty\n\n");
    CHECK(shown({"service", "show", "--extended"}, service) ==
          "SERVICE 3\n"
          "NAME                : shop                \n"
          "STATE               : RUNNING             \n\n"
          "ROLE front\nVM 7\nNAME                : web                 \n"
          "STATE               : RUNNING             \n"
          "IP                  : 10.0.0.2            \n\n"
          "ROLE empty\n\n");
    CHECK(shown({"vrouter", "show"},
                R"({"VROUTER":{"NAME":"vr","ID":"4","VMS":{"ID":["7","8"]}}})") ==
          "VROUTER 4\nNAME                : vr                  \n"
          "VMS                 : 7,8                 \n\n");
    CHECK(shown({"vnet", "show", "5"}, R"({"VNET":{"ID":"5"}})") ==
          "VNET\nID                  : 5                   \n\n");
}

TEST_CASE("answers are hostile", "[onegate]")
{
    CHECK(shown({"vm", "show"}, "<html>") == "error: the server's answer is no JSON");
    CHECK(shown({"vm", "show"}, R"({"VM":{"NAME":"\u001b[31m","ID":[1]}})") ==
          "VM \nNAME                : \\x1b[31m            \n");
    for (const auto* body : {"[]", "null", "3", R"({"VM":[]})", R"({"SERVICE":{"roles":"x"}})",
                             R"({"SERVICE":{"roles":[[]],"state":99}})"})
        for (const auto* kind : {"vm", "service", "vrouter"})
            CHECK_FALSE(shown({kind, "show", "--extended"}, body).starts_with("error"));
    CHECK(shown({"vm", "update", "-d", "A=b"}, "whatever").empty());
}

}  // namespace
}  // namespace onectx::test
