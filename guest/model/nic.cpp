// See nic.h.
#include "guest/model/nic.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

bool is_same(const IpAddress& a, const IpAddress& b)
{
    return a == b;
}

bool is_same(const std::string& a, const std::string& b)
{
    return equals_ignoring_case(a, b);
}

template <class T>
void put_first(std::vector<T> first, std::vector<T>& list)
{
    for (auto& one : list)
        if (std::none_of(first.begin(), first.end(),
                         [&](const T& other) { return is_same(one, other); }))
            first.push_back(std::move(one));
    list = std::move(first);
}

}  // namespace

std::string variables_of(const Nic& nic)
{
    return (nic.is_pci ? "PCI" : "ETH") + std::to_string(nic.id);
}

std::string label_of(const Nic& nic)
{
    return to_lower(variables_of(nic));
}

bool is_plain_device(std::string_view name)
{
    auto is_word = [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; };
    return !name.empty() && name.size() <= kMaxDeviceBytes && is_word(name[0]) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return is_word(c) || c == '-' || c == '.'; });
}

std::string vlan_device(const Nic& nic)
{
    auto id = std::to_string(nic.vlan.value_or(0));
    auto name = nic.device + "." + id;
    return name.size() <= kMaxDeviceBytes ? name : "vlan" + id;
}

Nic below_vlan(const Nic& nic)
{
    return {.is_pci = nic.is_pci,
            .id = nic.id,
            .mac = nic.mac,
            .pci_address = nic.pci_address,
            .device = nic.device,
            .vlan = nic.vlan,
            .mtu = nic.mtu};
}

Nic above_vlan(const Nic& nic)
{
    auto above = nic;
    above.device = vlan_device(nic);
    above.mac.reset();
    above.pci_address.clear();
    above.vlan.reset();
    return above;
}

void put_resolver_first(const Network& network, Nic& nic)
{
    put_first(network.nameservers, nic.nameservers);
    put_first(network.search_domains, nic.search_domains);
}

}  // namespace onectx
