// See network_settings.h.
#include "guest/model/network_settings.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "guest/model/network_variables.h"
#include "guest/model/routes.h"

namespace onectx {
namespace {

constexpr unsigned kMinMtu = 68;     // RFC 791
constexpr unsigned kMinMtu6 = 1280;  // RFC 8200
constexpr unsigned kMaxMtu = 65535;

// What METHOD or IP6_METHOD says. Which of them a family knows is the readers' business.
enum class Method { unset, fixed, dhcp, slaac, disable, skip };

// Absent for a word that is none (R-27: OpenNebula has let METHOD=virtio leak from a NIC's MODEL,
// https://github.com/OpenNebula/one/issues/7648).
std::optional<Method> read_method(const Variables& variables, std::string_view name, bool is_ipv6)
{
    auto text = variables.get(name);
    if (!text) return Method::unset;
    if (equals_ignoring_case(*text, "static")) return Method::fixed;
    if (equals_ignoring_case(*text, "dhcp")) return Method::dhcp;
    if (equals_ignoring_case(*text, "skip")) return Method::skip;
    if (is_ipv6 && equals_ignoring_case(*text, "auto")) return Method::slaac;
    if (is_ipv6 && equals_ignoring_case(*text, "disable")) return Method::disable;
    variables.warn(name, shown(*text) + " is none of static, dhcp, " +
                             (is_ipv6 ? "auto, disable, skip" : "skip") +
                             "; taken as static where there is an address" +
                             (is_ipv6 ? "" : ", else as dhcp"));
    return std::nullopt;
}

// One NIC while it is read: what its variables say, before the method decides what of it counts.
struct Wish {
    Method method4 = Method::unset;
    Method method6 = Method::unset;
    std::vector<Ipv4Interface> own4, alias4;
    std::vector<Ipv6Interface> own6, alias6;
};

void read_aliases(const Variables& nic, Wish& wish)
{
    unsigned count = 0;
    for (auto id : ids_after(nic.context, nic.prefix + "ALIAS")) {
        Variables alias{nic.context, nic.prefix + "ALIAS" + std::to_string(id) + "_", nic.problems};
        if (++count > kMaxAliases) {
            nic.error("ALIAS" + std::to_string(id),
                      "too many aliases; it and the rest are left out");
            return;
        }
        auto external = alias.get("EXTERNAL");
        if (alias.get("DETACH") || (external && parse_boolean(*external).value_or(false))) continue;
        if (auto address = read_ipv4(alias)) wish.alias4.push_back(*address);
        for (const auto& address : read_ipv6(alias))
            wish.alias6.push_back(address);
    }
}

Wish read_wish(const Variables& variables, const Policy& policy)
{
    Wish wish;
    if (auto address = read_ipv4(variables)) wish.own4.push_back(*address);
    wish.own6 = read_ipv6(variables);
    read_aliases(variables, wish);
    bool has_address =
        !wish.own4.empty() || !wish.own6.empty() || !wish.alias4.empty() || !wish.alias6.empty();
    wish.method4 = read_method(variables, "METHOD", false)
                       .value_or(has_address ? Method::unset : Method::dhcp);
    wish.method6 = read_method(variables, "IP6_METHOD", true).value_or(Method::unset);
    // The established package gives METHOD to IPv6 too, so METHOD=dhcp asks for DHCPv6 (reference
    // 5.31).
    if (!variables.get("IP6_METHOD")) wish.method6 = wish.method4;
    if (wish.method4 == Method::fixed && !has_address)
        variables.warn("METHOD", "static, but there is no address");
    bool says_nothing = wish.method4 == Method::unset && wish.method6 == Method::unset;
    if (says_nothing && !has_address && policy.ether_default == "dhcp")
        wish.method4 = wish.method6 = Method::dhcp;
    return wish;
}

template <class T>
bool is_repeat(const T& a, const T& b)
{
    return a == b;
}

// The kernel takes an IPv6 address once, whatever its prefix; of IPv4 each prefix is another.
bool is_repeat(const Ipv6Interface& a, const Ipv6Interface& b)
{
    return a.address == b.address;
}

template <class T>
std::vector<T> without_repeats(std::vector<T> first, const std::vector<T>& more)
{
    for (const auto& one : more)
        if (std::none_of(first.begin(), first.end(),
                         [&](const T& other) { return is_repeat(one, other); }))
            first.push_back(one);
    return first;
}

void settle_ipv4(const Wish& wish, Nic& nic)
{
    switch (wish.method4) {
        case Method::skip: nic.method4 = Ipv4Method::skip; return;
        case Method::dhcp:
            nic.method4 = Ipv4Method::dhcp;
            nic.addresses4 = without_repeats({}, wish.alias4);
            return;
        case Method::unset:
        case Method::fixed:
        case Method::slaac:
        case Method::disable: break;
    }
    nic.addresses4 = without_repeats(wish.own4, wish.alias4);
    nic.method4 = nic.addresses4.empty() ? Ipv4Method::none : Ipv4Method::address;
}

void settle_ipv6(const Wish& wish, Nic& nic)
{
    switch (wish.method6) {
        case Method::skip: nic.method6 = Ipv6Method::skip; return;
        case Method::disable: nic.method6 = Ipv6Method::disable; return;
        case Method::dhcp:
        case Method::slaac:
            nic.method6 = wish.method6 == Method::dhcp ? Ipv6Method::dhcp : Ipv6Method::slaac;
            nic.addresses6 = without_repeats({}, wish.alias6);
            return;
        case Method::unset:
        case Method::fixed: break;
    }
    nic.addresses6 = without_repeats(without_repeats({}, wish.own6), wish.alias6);
    nic.method6 = nic.addresses6.empty() ? Ipv6Method::none : Ipv6Method::address;
}

// GATEWAY counts with static addresses only: with the others a server says where the way out is.
void read_gateway(const Variables& variables, std::string_view name, bool is_used,
                  bool is_announced, std::optional<unsigned> metric, Nic& nic)
{
    auto text = variables.get(name);
    if (!text) return;
    bool wants_ipv4 = name == "GATEWAY";
    auto gateway = parse_ip(*text);
    bool is_valid = gateway && is_ipv4(*gateway) == wants_ipv4 && is_host(*gateway);
    auto is_own = [&](const auto& own) { return IpAddress{own.address} == *gateway; };
    if (!is_valid)
        variables.error(name, shown(*text) + " is no " + (wants_ipv4 ? "IPv4" : "IPv6") +
                                  " address of a gateway");
    else if (std::any_of(nic.addresses4.begin(), nic.addresses4.end(), is_own) ||
             std::any_of(nic.addresses6.begin(), nic.addresses6.end(), is_own))
        variables.warn(name, shown(*text) + " is this machine; no default route is made");
    else if (is_used)
        nic.routes.push_back(default_route(*gateway, metric));
    else if (is_announced)
        variables.warn(name, "left out: the gateway is the one that the network announces");
}

// The routes of ROUTES, each with its text.
std::vector<std::pair<std::string, Route>> parse_routes(const Variables& variables)
{
    std::vector<std::pair<std::string, Route>> routes;
    std::size_t count = 0;
    auto text = variables.get("ROUTES").value_or("");
    for (auto line : split_lines(text)) {
        for (auto item : split(line, ',')) {
            if (trim(item).empty()) continue;
            if (count++ == kMaxListItems) {
                variables.error("ROUTES", "more than " + std::to_string(kMaxListItems) +
                                              " routes; the rest is left out");
                return routes;
            }
            auto route = parse_route(item);
            if (route && is_host(*route->gateway))
                routes.emplace_back(trim(item), *route);
            else
                variables.error("ROUTES", shown(trim(item)) +
                                              " is neither \"DST via GATEWAY\" nor \"DST MASK "
                                              "GATEWAY\"");
        }
    }
    return routes;
}

bool has_family(const Nic& nic, const IpAddress& address)
{
    if (is_ipv4(address))
        return nic.method4 == Ipv4Method::address || nic.method4 == Ipv4Method::dhcp;
    return nic.method6 == Ipv6Method::address || nic.method6 == Ipv6Method::dhcp ||
           nic.method6 == Ipv6Method::slaac;
}

// Takes as many from `left`, and no more.
void read_routes(const Variables& variables, std::size_t& left, Nic& nic)
{
    for (const auto& [text, route] : parse_routes(variables)) {
        if (left == 0) {
            variables.error("ROUTES", "more than " + std::to_string(kMaxRoutes) +
                                          " routes of all interfaces; the rest is left out");
            return;
        }
        if (!has_family(nic, *route.gateway)) {
            variables.warn("ROUTES", shown(text) + " is left out: this interface gets no " +
                                         (is_ipv4(*route.gateway) ? "IPv4" : "IPv6"));
            continue;
        }
        nic.routes.push_back(route);
        --left;
    }
}

// Takes as many from `left`, and no more.
template <class T>
void keep_within(std::size_t& left, const Variables& variables, std::string_view name,
                 std::vector<T>& items)
{
    if (items.size() > left) {
        variables.error(name, "more than " + std::to_string(kMaxResolverItems) +
                                  " items of all interfaces; the rest is left out");
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(left), items.end());
    }
    left -= items.size();
}

// ROUTES of the whole machine (user-needs R-35): each belongs to the NIC in whose prefix its
// gateway is. The prefixes of DHCP are not known, so a route that is in none belongs to the only
// NIC of its family, where there is only one.
void read_machine_routes(const Variables& machine, std::vector<Nic>& nics)
{
    for (const auto& [text, route] : parse_routes(machine)) {
        const auto& gateway = *route.gateway;
        auto covers = [&](const Nic& nic) { return covers_gateway(nic, gateway); };
        auto has = [&](const Nic& nic) { return has_family(nic, gateway); };
        auto owner = std::find_if(nics.begin(), nics.end(), covers);
        if (owner == nics.end() && std::count_if(nics.begin(), nics.end(), has) == 1)
            owner = std::find_if(nics.begin(), nics.end(), has);
        if (owner != nics.end())
            owner->routes.push_back(route);
        else
            machine.warn("ROUTES", shown(text) +
                                       " is left out: no interface has an address in the network "
                                       "of its gateway");
    }
}

// GATEWAY_IFACE: "0" or "ETH0", whose default routes come before those of the others.
void read_gateway_interface(const Variables& machine, std::vector<Nic>& nics)
{
    constexpr std::string_view kName = "GATEWAY_IFACE";
    auto text = machine.get(kName);
    if (!text) return;
    auto chosen = std::find_if(nics.begin(), nics.end(), [&](const Nic& nic) {
        return equals_ignoring_case(*text, variables_of(nic)) ||
               (!nic.is_pci && *text == std::to_string(nic.id));
    });
    if (chosen == nics.end())
        machine.warn(kName, shown(*text) + " is no interface of this context");
    else
        prefer_gateway(nics, *chosen);
}

void read_mtu(const Variables& variables, Nic& nic)
{
    nic.mtu = read_number(variables, "MTU", kMinMtu, kMaxMtu);
    bool has6 = has_family(nic, Ipv6{});
    if (!nic.mtu || *nic.mtu >= kMinMtu6 || !has6) return;
    variables.error("MTU", std::to_string(*nic.mtu) + " is less than the 1280 that IPv6 needs");
    nic.mtu.reset();
}

// Fills all but what it is told by, and ROUTES.
void read_nic(const Variables& variables, const Policy& policy, Nic& nic)
{
    auto wish = read_wish(variables, policy);
    settle_ipv4(wish, nic);
    settle_ipv6(wish, nic);
    auto metric4 = read_number(variables, "METRIC", 0, kMaxMetric);
    auto metric6 = read_number(variables, "IP6_METRIC", 0, kMaxMetric);
    if (!metric6) metric6 = metric4;
    bool announced4 = nic.method4 == Ipv4Method::dhcp;
    bool announced6 = nic.method6 == Ipv6Method::dhcp || nic.method6 == Ipv6Method::slaac;
    if (announced4) nic.announced_metric4 = metric4;
    if (announced6) nic.announced_metric6 = metric6;
    read_gateway(variables, "GATEWAY", nic.method4 == Ipv4Method::address, announced4, metric4,
                 nic);
    read_gateway(variables, variables.either("IP6_GATEWAY", "GATEWAY6"),
                 nic.method6 == Ipv6Method::address, announced6, metric6, nic);
    read_mtu(variables, nic);
    read_nameservers(variables, nic.nameservers);
    read_search_domains(variables, nic.search_domains);
}

// Whether anybody wants anything of the NIC. A NIC that was only attached is left as it is, or
// brought up where the image's owner says so; one with a method of `skip` never is.
bool is_wanted(const Nic& nic, const Policy& policy)
{
    bool wants4 = nic.method4 == Ipv4Method::address || nic.method4 == Ipv4Method::dhcp;
    bool wants6 = nic.method6 != Ipv6Method::none && nic.method6 != Ipv6Method::skip;
    bool says_nothing = nic.method4 == Ipv4Method::none && nic.method6 == Ipv6Method::none;
    return wants4 || wants6 || (says_nothing && policy.ether_default == "up");
}

bool is_skipped(const Nic& nic)
{
    return nic.method4 == Ipv4Method::skip || nic.method6 == Ipv6Method::skip;
}

// Which NIC the variables of ETHx or PCIx speak of. Absent when they speak of none.
std::optional<Nic> read_identity(const Variables& variables, bool is_pci, unsigned id)
{
    Nic nic{.is_pci = is_pci, .id = id};
    if (is_pci) {
        // The address alone is there for every device that is handed through (reference 1.4).
        constexpr std::string_view kWishes[] = {"MAC",    "IP",      "IP6",       "IPV6",
                                                "METHOD", "IP6_ULA", "IP6_METHOD"};
        if (std::none_of(std::begin(kWishes), std::end(kWishes),
                         [&](auto name) { return variables.get(name).has_value(); }))
            return std::nullopt;
        nic.pci_address = read_pci_address(variables);
        nic.vlan = read_number(variables, "VLAN_ID", 1, kMaxVlan);
    }
    if (nic.pci_address.empty() || variables.get("MAC")) nic.mac = read_mac(variables);
    if (!nic.mac && nic.pci_address.empty()) return std::nullopt;
    return nic;
}

// Fills the network NIC by NIC; what several of them say is decided afterwards.
class Reader {
  public:
    Reader(const Context& context, const Policy& policy, std::vector<Problem>& problems)
        : context_(context), policy_(policy), problems_(problems)
    {
    }

    void read(bool is_pci)
    {
        const std::string start = is_pci ? "PCI" : "ETH";
        for (auto id : ids_after(context_, start)) {
            Variables variables{context_, start + std::to_string(id) + "_", problems_};
            if (!is_pci && variables.get("MAC")) begin();
            auto nic = read_identity(variables, is_pci, id);
            if (!nic || !is_new(*nic, variables)) continue;
            begin();
            if (++count_ > kMaxNics) {
                variables.error("MAC", "more than " + std::to_string(kMaxNics) +
                                           " interfaces; this one and the rest are left out");
                return;
            }
            read_nic(variables, policy_, *nic);
            read_routes(variables, routes_left_, *nic);
            keep_within(servers_left_, variables, "DNS", nic->nameservers);
            keep_within(domains_left_, variables, "SEARCH_DOMAIN", nic->search_domains);
            take(std::move(*nic));
        }
    }

    std::optional<Network> network;

  private:
    // With the first NIC the context says something of the network, and DNS counts.
    void begin()
    {
        if (network) return;
        network.emplace();
        read_nameservers({context_, "", problems_}, network->nameservers);
        read_search_domains({context_, "", problems_}, network->search_domains);
    }

    bool is_new(const Nic& nic, const Variables& variables)
    {
        std::vector<std::pair<std::string, std::string_view>> keys;
        if (nic.mac) keys.emplace_back(to_text(*nic.mac), "MAC");
        if (!nic.pci_address.empty()) keys.emplace_back(nic.pci_address, "ADDRESS");
        for (const auto& [key, name] : keys) {
            auto [owner, inserted] = owners_.emplace(key, variables_of(nic));
            if (inserted) continue;
            variables.error(
                name, key + " is that of " + owner->second + " already; the interface is left out");
            return false;
        }
        return true;
    }

    void take(Nic nic)
    {
        if (is_wanted(nic, policy_)) {
            network->nics.push_back(std::move(nic));
            return;
        }
        // Its resolver settings are the machine's all the same (reference, section 5, end).
        network->nameservers = without_repeats(network->nameservers, nic.nameservers);
        network->search_domains = without_repeats(network->search_domains, nic.search_domains);
        if (is_skipped(nic)) network->skipped.push_back(std::move(nic));
    }

    const Context& context_;
    const Policy& policy_;
    std::vector<Problem>& problems_;
    std::map<std::string, std::string> owners_;  // a MAC or PCI address, and whose it is
    std::size_t count_ = 0;
    std::size_t routes_left_ = kMaxRoutes;
    std::size_t servers_left_ = kMaxResolverItems;
    std::size_t domains_left_ = kMaxResolverItems;
};

}  // namespace

std::optional<Network> make_network(const Context& context, const Policy& policy,
                                    std::vector<Problem>& problems)
{
    Reader reader(context, policy, problems);
    reader.read(false);
    reader.read(true);
    auto& network = reader.network;
    if (!network) return std::move(network);
    const Variables machine{context, "", problems};
    read_machine_routes(machine, network->nics);
    read_gateway_interface(machine, network->nics);
    plan_routes(network->nics, problems);
    if (auto endpoint = link_local_host(value_of(context, "ONEGATE_ENDPOINT").value_or("")))
        add_host_route(network->nics, *endpoint);
    return std::move(network);
}

}  // namespace onectx
