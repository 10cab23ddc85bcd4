// The variables of NETWORK = YES, a row of the table of the reference (1.4) at a time.
#include "host/network_vars.h"

#include <string>
#include <vector>

#include "common/limits.h"
#include "host/records.h"
#include "host/vm_devices.h"
#include "tests/support/catch.h"

using onectx::EmptyVars;
using onectx::GeneratedVars;
using onectx::Record;
using onectx::VarMap;

namespace {

Record record_of(const std::string& text)
{
    auto record = onectx::parse_record(text);
    REQUIRE(record);
    onectx::number_ranges(record->address_ranges);
    return *std::move(record);
}

GeneratedVars generate(const std::string& vm, const std::string& network = "",
                       EmptyVars empty = EmptyVars::left_out)
{
    auto machine = record_of(vm);
    onectx::number_devices(machine.attributes);
    std::vector<Record> networks;
    if (!network.empty()) networks.push_back(record_of(network));
    return onectx::network_vars(machine.attributes, networks, empty);
}

struct Row {
    std::string suffix;
    std::string attribute;
    std::string alternative{};
    bool from_network = false;
};

const std::vector<Row> kRows{
    {"IP", "IP"},
    {"MAC", "MAC"},
    {"MASK", "NETWORK_MASK", "", true},
    {"NETWORK", "NETWORK_ADDRESS", "", true},
    {"GATEWAY", "GATEWAY", "", true},
    {"DNS", "DNS", "", true},
    {"SEARCH_DOMAIN", "SEARCH_DOMAIN", "", true},
    {"MTU", "GUEST_MTU", "", true},
    {"METRIC", "METRIC", "", true},
    {"METHOD", "METHOD", "", true},
    {"VLAN_ID", "VLAN_ID", "", true},
    {"VROUTER_IP", "VROUTER_IP"},
    {"VROUTER_MANAGEMENT", "VROUTER_MANAGEMENT"},
    {"EXTERNAL", "EXTERNAL"},
    {"ROUTES", "ROUTES", "", true},
    {"IP6", "IP6_GLOBAL", "IP6"},
    {"IP6_ULA", "IP6_ULA"},
    {"IP6_GATEWAY", "GATEWAY6", "", true},
    {"IP6_METRIC", "IP6_METRIC", "", true},
    {"IP6_METHOD", "IP6_METHOD", "", true},
    {"IP6_PREFIX_LENGTH", "PREFIX_LENGTH", "", true},
    {"VROUTER_IP6", "VROUTER_IP6_GLOBAL", "VROUTER_IP6"},
};

}  // namespace

TEST_CASE("each suffix and where it comes from", "[host][network]")
{
    for (const auto& row : kRows) {
        INFO(row.suffix);
        const VarMap none;
        const VarMap from_nic{{"ETH0_" + row.suffix, "nic"}};
        const VarMap from_range{{"ETH0_" + row.suffix, "range"}};
        const VarMap from_net{{"ETH0_" + row.suffix, "net"}};
        auto range = "AR=[AR_ID=4," + row.attribute + "=range]";
        auto net = "ID=1 " + row.attribute + "=net ";

        CHECK(generate("NIC=[" + row.attribute + "=nic]").values == from_nic);
        CHECK(
            generate("NIC=[NETWORK_ID=1,AR_ID=4," + row.attribute + "=nic]", net + range).values ==
            from_nic);
        // An empty attribute counts as none.
        auto nic = "NIC=[NETWORK_ID=1,AR_ID=4," + row.attribute + "=\"\"]";
        CHECK(generate(nic, net + range).values == (row.from_network ? from_range : none));
        CHECK(generate(nic, net + "AR=[AR_ID=4]").values == (row.from_network ? from_net : none));
        CHECK(generate(nic, net + "AR=[AR_ID=5," + row.attribute + "=other]").values ==
              (row.from_network ? from_net : none));

        // Passed-through NICs have what they say themselves.
        auto pci = "PCI=[TYPE=NIC,NETWORK_ID=1,AR_ID=4]";
        CHECK(generate(pci, net + range).values == none);
        CHECK(generate("PCI=[TYPE=NIC," + row.attribute + "=nic]").values ==
              VarMap{{"PCI0_" + row.suffix, "nic"}});
        CHECK(generate("PCI=[TYPE=GPU," + row.attribute + "=nic]").values == none);
        CHECK(generate("PCI=[" + row.attribute + "=nic]").values == none);

        if (row.alternative.empty()) continue;
        CHECK(generate("NIC=[" + row.alternative + "=other]").values ==
              VarMap{{"ETH0_" + row.suffix, "other"}});
        CHECK(generate("NIC=[" + row.alternative + "=other," + row.attribute + "=nic]").values ==
              from_nic);
    }
    CHECK(generate("NIC=[MTU=9000]").values.empty());
}

TEST_CASE("as OpenNebula, every suffix is there", "[host][network][compat]")
{
    auto vars =
        generate("NIC=[IP=1] NIC_ALIAS=[PARENT=NIC0,IP=2] PCI=[TYPE=NIC,IP=3]", "", EmptyVars::kept)
            .values;
    CHECK(vars.size() == 2 * kRows.size() + 1);
    for (const auto& row : kRows) {
        INFO(row.suffix);
        CHECK(vars.at("ETH0_" + row.suffix) == (row.suffix == "IP" ? "1" : ""));
        CHECK(vars.at("ETH0_ALIAS0_" + row.suffix) == (row.suffix == "IP" ? "2" : ""));
    }
    CHECK(vars.at("PCI0_IP") == "3");
    // The network is asked only for a NIC whose address came from a range.
    const std::string net = "ID=1 DNS=net AR=[DNS=range]";
    CHECK(generate("NIC=[NETWORK_ID=1]", net, EmptyVars::kept).values.at("ETH0_DNS").empty());
    CHECK(generate("NIC=[NETWORK_ID=1]", net).values == VarMap{{"ETH0_DNS", "net"}});
    CHECK(generate("NIC=[NETWORK_ID=1,AR_ID=0]", net, EmptyVars::kept).values.at("ETH0_DNS") ==
          "range");
}

TEST_CASE("how devices are numbered", "[host][network]")
{
    // NICs, then passed-through NICs, then aliases; those count from 0 for each parent.
    auto vm = record_of(
        "NIC_ALIAS=[PARENT=NIC1,IP=a0] PCI=[TYPE=GPU] PCI=[TYPE=NIC,IP=p1] NIC=[IP=n0]\n"
        "NIC_ALIAS=[PARENT=lan,IP=a1] NIC=[IP=n1] NIC_ALIAS=[PARENT=NIC1,IP=a2] NIC=[NAME=lan]\n"
        "DISK=[X=1] DISK=[DISK_ID=5] DISK=[X=1]");
    onectx::number_devices(vm.attributes);
    auto ids = [&](std::string_view vector, std::string_view key) {
        std::string all;
        for (const auto* one : onectx::vectors_named(vm.attributes, vector))
            all += std::string(onectx::value_or_empty(*one, key)) + ' ';
        return all;
    };
    CHECK(ids("NIC", "NIC_ID") == "0 1 2 ");
    CHECK(ids("PCI", "PCI_ID") == "0 1 ");
    CHECK(ids("PCI", "NIC_ID") == " 3 ");
    CHECK(ids("NIC_ALIAS", "NIC_ID") == "4 5 6 ");
    CHECK(ids("NIC_ALIAS", "PARENT_ID") == "1 2 1 ");
    CHECK(ids("NIC_ALIAS", "ALIAS_ID") == "0 0 1 ");
    CHECK(ids("DISK", "DISK_ID") == "0 5 6 ");

    // Numbers that are given count.
    CHECK(
        generate("NIC=[NIC_ID=3,IP=a] NIC=[IP=b] NIC_ALIAS=[PARENT_ID=3,ALIAS_ID=7,IP=c]").values ==
        VarMap{{"ETH3_IP", "a"}, {"ETH4_IP", "b"}, {"ETH3_ALIAS7_IP", "c"}});
}

TEST_CASE("NICs that have nothing to tell", "[host][network]")
{
    CHECK(generate("").values.empty());
    CHECK(generate("NIC=[NETWORK=x]").values.empty());
    CHECK(generate("NIC=[NETWORK_MODE=auto,IP=1] NIC=[IP=2]").values == VarMap{{"ETH1_IP", "2"}});
    CHECK(generate("NIC=[NETWORK_MODE=AUTO,NETWORK_ID=1,IP=1]").values == VarMap{{"ETH0_IP", "1"}});
    CHECK(generate("NIC=[NETWORK_MODE=AUTO]", "", EmptyVars::kept).values.empty());
}

TEST_CASE("devices that cannot be named", "[host][network]")
{
    auto vars = generate("NIC=[NIC_ID=\"0_X\",IP=1] NIC_ALIAS=[PARENT=none,IP=2]");
    CHECK(vars.values.empty());
    CHECK(vars.warnings == std::vector<std::string>{"a NIC whose NIC_ID is no number is left out",
                                                    "NIC_ALIAS: no NIC is named 'none'; left out"});

    std::string many;
    for (unsigned i = 0; i <= onectx::kMaxNics; ++i)
        many += "NIC=[IP=1] NIC_ALIAS=[PARENT=NIC0,IP=2] ";
    vars = generate(many);
    CHECK(vars.values.size() == onectx::kMaxNics + onectx::kMaxAliases);
    CHECK(vars.warnings ==
          std::vector<std::string>{"more than 256 NICs; the rest is left out",
                                   "ETH0 has more than 256 aliases; the rest is left out"});
}

TEST_CASE("generated variables and those of the user", "[host][network]")
{
    onectx::Context context{{"A", {"user"}}, {"B", {"same"}}, {"C", {""}}, {"D", {"user"}}};
    CHECK(onectx::merge_generated(context, {{"A", "new"}, {"B", "same"}, {"C", "c"}, {"E", "e"}}) ==
          std::vector<std::string>{"A"});
    CHECK(context ==
          onectx::Context{
              {"A", {"new"}}, {"B", {"same"}}, {"C", {"c"}}, {"D", {"user"}}, {"E", {"e"}}});
}
