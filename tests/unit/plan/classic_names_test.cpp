// Contexts of the first kind: IP_PUBLIC, NETMASK, HOSTNAME.
#include "guest/model/classic_names.h"

#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

NetworkDevice device(const std::string& name, const std::string& mac)
{
    return {.name = name, .mac = *parse_mac(mac)};
}

std::string shown(const Context& context)
{
    std::string text;
    for (const auto& [name, value] : context)
        text += name + "=" + value.text + " ";
    return text;
}

TEST_CASE("IP_PUBLIC is the address of the machine's NIC", "[classic]")
{
    struct Row {
        Context context;
        std::vector<NetworkDevice> devices;
        std::string result;
        Lines problems = {};
    };
    const auto lo = device("lo", "00:00:00:00:00:00");
    const auto ens = device("ens3", "02:00:00:00:00:03");
    const auto eth = device("eth0", "02:00:00:00:00:0a");
    const auto classic =
        context_of({{"IP_PUBLIC", "10.0.0.5"}, {"NETMASK", "255.0.0.0"}, {"GATEWAY", "10.0.0.1"}});
    for (const auto& row : std::vector<Row>{
             {classic,
              {lo, ens, eth},
              "ETH0_GATEWAY=10.0.0.1 ETH0_IP=10.0.0.5 ETH0_MAC=02:00:00:00:00:0a "
              "ETH0_MASK=255.0.0.0 GATEWAY=10.0.0.1 IP_PUBLIC=10.0.0.5 NETMASK=255.0.0.0 "},
             {context_of({{"IP_PUBLIC", "10.0.0.5"}}),
              {lo, ens},
              "ETH0_IP=10.0.0.5 ETH0_MAC=02:00:00:00:00:03 IP_PUBLIC=10.0.0.5 "},
             {context_of({{"IP_PUBLIC", "10.0.0.5"}, {"ETH3_MAC", "02:00:00:00:00:03"}}),
              {ens},
              "ETH3_MAC=02:00:00:00:00:03 IP_PUBLIC=10.0.0.5 "},
             {context_of({{"IP_PUBLIC", ""}}), {ens}, "IP_PUBLIC= "},
             {context_of({{"IP_PUBLIC", "10.0.0.5"}}),
              {lo},
              "IP_PUBLIC=10.0.0.5 ",
              {"warning IP_PUBLIC: no network device yet"}},
         }) {
        std::vector<Problem> problems;
        CHECK(shown(with_classic_nic(row.context, row.devices, problems)) == row.result);
        CHECK(to_lines(problems) == row.problems);
    }
}

TEST_CASE("HOSTNAME counts where SET_HOSTNAME is not set", "[classic]")
{
    auto host = [](const Context& context) { return make_settings(context, {}).hostname->host; };
    CHECK(host(context_of({{"HOSTNAME", "old"}})) == "old");
    CHECK(host(context_of({{"HOSTNAME", "old"}, {"SET_HOSTNAME", "new"}})) == "new");
    CHECK(to_lines(make_settings(context_of({{"HOSTNAME", "localhost"}}), {}).problems) ==
          Lines{"error HOSTNAME: localhost is no host name of a machine"});
}

}  // namespace
}  // namespace onectx::test
