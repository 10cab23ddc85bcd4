// See mac_to_ip.h.
#include "guest/model/mac_to_ip.h"

#include <algorithm>
#include <set>
#include <string>

namespace onectx {
namespace {

constexpr std::size_t kAddressOctet = 2;  // of a MAC: where the address begins

Ipv4 address_in(const Mac& mac)
{
    Ipv4 address;
    std::copy(mac.octets.begin() + kAddressOctet, mac.octets.end(), address.octets.begin());
    return address;
}

// The address of the network with all host bits off but the last, or on but the last.
Ipv4 gateway_of(const Ipv4& address, const MacToIp& rule)
{
    if (rule.gateway == MacGateway::fixed) return rule.fixed_gateway;
    auto gateway = network_of(address, rule.prefix);
    if (rule.gateway == MacGateway::last) {
        auto mask = mask_of(rule.prefix);
        for (std::size_t at = 0; at < gateway.octets.size(); ++at)
            gateway.octets[at] |= static_cast<std::uint8_t>(~mask.octets[at]);
        gateway.octets.back() &= 0xFE;
    } else {
        gateway.octets.back() |= 1;
    }
    return gateway;
}

bool comes_before(const NetworkDevice& a, const NetworkDevice& b)
{
    if (a.bus.empty() != b.bus.empty()) return b.bus.empty();
    if (a.name.size() != b.name.size()) return a.name.size() < b.name.size();
    return a.name < b.name;
}

}  // namespace

Context context_of_macs(std::vector<NetworkDevice> devices, const MacToIp& rule)
{
    Context context;
    std::set<Mac> seen;
    std::sort(devices.begin(), devices.end(), comes_before);
    for (const auto& device : devices) {
        auto mac = device.permanent_mac.value_or(device.mac);
        if (!std::equal(rule.octets.begin(), rule.octets.end(), mac.octets.begin())) continue;
        if (!seen.insert(mac).second) continue;
        auto address = address_in(mac);
        auto prefix = "ETH" + std::to_string(seen.size() - 1) + "_";
        context[prefix + "MAC"] = {to_text(mac)};
        context[prefix + "IP"] = {to_text(address)};
        context[prefix + "MASK"] = {to_text(mask_of(rule.prefix))};
        bool is_first = seen.size() == 1;
        if (is_first && rule.gateway != MacGateway::none && gateway_of(address, rule) != address)
            context[prefix + "GATEWAY"] = {to_text(gateway_of(address, rule))};
    }
    return context;
}

}  // namespace onectx
