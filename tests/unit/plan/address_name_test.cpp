// Names that follow from the machine's address: which address, and what becomes of each answer.
#include "guest/model/address_name.h"

#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

KernelAddress held(int link, std::string_view prefix)
{
    return {.link = link, .prefix = *parse_prefix(prefix), .global = true};
}

KernelRoute way_out(int link, std::string_view destination, unsigned metric)
{
    return {.link = link, .destination = *parse_prefix(destination), .metric = metric};
}

std::string first_of(const KernelNetwork& network)
{
    const auto address = first_address(network);
    return address ? to_text(*address) : "none";
}

// Why the name cannot be had, or the name that the kernel is told.
std::string outcome(Machine& machine)
{
    auto planned = machine.plan(plan_hostname);
    if (!planned) return "error: " + planned.error().message;
    std::string text = planned->problems.empty() ? "" : planned->problems.front().message + "; ";
    for (const auto& change : planned->step.changes)
        if (const auto* name = std::get_if<SetKernelHostname>(&change)) text += name->name;
    return text;
}

std::vector<std::string> steps_of(Machine& machine, Stage stage)
{
    const auto settings = make_settings(machine.context, machine.policy);
    Lines names;
    for (const auto& step :
         make_plan(stage, {settings, machine.policy, machine.facts, machine.tree, "none"}).steps)
        if (step.name == "hostname") names.push_back(step.name + ": " + step.failure);
    return names;
}

}  // namespace

TEST_CASE("the first address", "[hostname]")
{
    KernelNetwork network;
    CHECK(first_of(network) == "none");
    network.addresses = {held(2, "fd00::2/64"), held(3, "169.254.3.4/16"), held(3, "10.1.0.2/24"),
                         held(4, "10.2.0.2/24"), held(5, "10.3.0.2/24")};
    CHECK(first_of(network) == "10.1.0.2");
    network.routes = {way_out(3, "10.0.0.0/8", 0), way_out(4, "0.0.0.0/0", 200),
                      way_out(5, "0.0.0.0/0", 100), way_out(2, "::/0", 0)};
    CHECK(first_of(network) == "10.3.0.2");
    network.addresses.back().tentative = true;
    CHECK(first_of(network) == "10.2.0.2");
    for (auto& address : network.addresses)
        address.duplicate = is_ipv4(address.prefix.address);
    CHECK(first_of(network) == "fd00::2");
    network.addresses.front().global = false;
    CHECK(first_of(network) == "none");
}

TEST_CASE("DNS_HOSTNAME and EC2_HOSTNAME", "[hostname]")
{
    Machine machine;
    machine.context = context_of({{"DNS_HOSTNAME", "YES"}});
    CHECK(outcome(machine) == "error: DNS_HOSTNAME: DNS was not asked");
    machine.facts.address_name = AddressName{.name = {}, .failure = "no answer in time"};
    CHECK(outcome(machine) == "error: DNS_HOSTNAME: no answer in time");
    machine.facts.address_name = AddressName{.name = "localhost", .failure = {}};
    CHECK(outcome(machine) == "error: DNS_HOSTNAME: 'localhost' is no host name of a machine");
    machine.facts.address_name = AddressName{.name = "\x1b..", .failure = {}};
    CHECK(outcome(machine) == "error: DNS_HOSTNAME: '\\x1b..' is no host name of a machine");
    machine.facts.address_name = AddressName{.name = "a_b.example.com", .failure = {}};
    CHECK(outcome(machine) == "a-b");
    machine.run(plan_hostname);
    CHECK(machine.text_of("/etc/hosts").find("127.0.1.1 a-b.example.com a-b # onectx\n") !=
          std::string::npos);

    machine.context = context_of({{"DNS_HOSTNAME", "YES"}, {"EC2_HOSTNAME", "YES"}});
    CHECK(outcome(machine) == "a-b");
    machine.facts.address_name = AddressName{.name = {}, .failure = "no answer in time"};
    CHECK(outcome(machine) == "error: EC2_HOSTNAME: this machine has no IPv4 address");
    machine.facts.network.emplace().addresses = {held(2, "10.0.0.5/24")};
    CHECK(outcome(machine) == "DNS_HOSTNAME: no answer in time; ip-10-0-0-5");
    machine.context = context_of({{"EC2_HOSTNAME", "YES"}});
    CHECK(outcome(machine) == "ip-10-0-0-5");

    machine.context = context_of({{"EC2_HOSTNAME", "YES"}, {"SET_HOSTNAME", "web"}});
    CHECK(outcome(machine) == "web");
    machine.context = context_of({{"DNS_HOSTNAME", "NO"}, {"EC2_HOSTNAME", "NO"}});
    CHECK(outcome(machine).empty());
    machine.context = context_of({{"DNS_HOSTNAME", "YES"}});
    machine.policy.hostname = Rule::off;
    CHECK(outcome(machine).empty());
}

TEST_CASE("a name that was given and refused is not made up for", "[hostname]")
{
    const auto settings = [](const Refusals& refusals, const std::string& given) {
        return make_settings(context_of({{"EC2_HOSTNAME", "YES"}, {"SET_HOSTNAME", given}}), {},
                             refusals);
    };
    CHECK(settings({}, "").name_of_address);
    CHECK_FALSE(settings({}, "-_-").name_of_address);
    CHECK_FALSE(settings({.names = {"SET_HOSTNAME"}, .any = true}, "").name_of_address);
}

TEST_CASE("EC2_HOSTNAME may be a name, behind the others", "[hostname]")
{
    const auto name = [](std::initializer_list<std::pair<std::string, std::string>> values) {
        const auto settings = make_settings(context_of(values), {});
        CHECK_FALSE(settings.name_of_address);
        return settings.hostname ? settings.hostname->host + " " + settings.hostname->domain : "";
    };
    CHECK(name({{"EC2_HOSTNAME", "web.example.com"}}) == "web example.com");
    CHECK(name({{"EC2_HOSTNAME", "web.example.com"}, {"HOSTNAME", "db"}}) == "db ");
    CHECK(name({{"EC2_HOSTNAME", "web.example.com"}, {"SET_HOSTNAME", "db"}}) == "db ");
    CHECK(name({{"EC2_HOSTNAME", "web"}, {"USER_DATA", "#cloud-config\nhostname: db\n"}}) == "db ");
}

TEST_CASE("the name waits for the network, and an image has none", "[hostname]")
{
    Machine machine;
    machine.context = context_of({{"DNS_HOSTNAME", "YES"}});
    machine.facts.address_name = AddressName{.name = "web.example.com", .failure = {}};
    CHECK(steps_of(machine, Stage::local).empty());
    CHECK(steps_of(machine, Stage::network) == Lines{"hostname: "});
    CHECK(steps_of(machine, Stage::all) == Lines{"hostname: "});
    machine.facts.address_name = AddressName{.name = {}, .failure = "no answer in time"};
    CHECK(steps_of(machine, Stage::network) == Lines{"hostname: DNS_HOSTNAME: no answer in time"});
    machine.facts.offline = true;
    CHECK(steps_of(machine, Stage::all).empty());

    machine.context = context_of({{"SET_HOSTNAME", "web"}});
    CHECK(steps_of(machine, Stage::local) == Lines{"hostname: "});
    CHECK(steps_of(machine, Stage::network).empty());
    CHECK(steps_of(machine, Stage::all) == Lines{"hostname: "});
}

}  // namespace onectx::test
