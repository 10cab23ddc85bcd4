// The one model of the network that every renderer works from. It is made from ETHx_*, PCIx_* and
// the globals by guest/model/network_settings; it names what is wanted, never how a daemon spells
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "common/route.h"

namespace onectx {

inline constexpr unsigned kMaxVlan = 4094;          // IEEE 802.1Q
inline constexpr std::size_t kMaxDeviceBytes = 15;  // of a device's name (IFNAMSIZ)

enum class Ipv4Method { none, address, dhcp, skip };  // `address`: static
enum class Ipv6Method { none, address, slaac, dhcp, disable, skip };

struct Ipv4Interface {
    Ipv4 address;
    unsigned prefix = 24;

    bool operator==(const Ipv4Interface&) const = default;
};

struct Ipv6Interface {
    Ipv6 address;
    unsigned prefix = 64;

    bool operator==(const Ipv6Interface&) const = default;
};

struct Nic {
    bool is_pci = false;  // PCIx: a device that is handed through to the machine
    unsigned id = 0;      // the x of ETHx or PCIx: an id, not a name; ids have holes
    // What it is told by; absent only where a PCI address tells it.
    std::optional<Mac> mac;
    // "0000:01:00.0": told by this, and `mac` is what it is given (the address of a virtual
    // function may be another at each start). Empty for ETHx, and where PCIx_ADDRESS is not set.
    std::string pci_address = {};
    std::string device = {};  // what the kernel calls it; empty: no such device (yet)
    // PCIx_VLAN_ID: addresses and all else stand on a VLAN above the device; see vlan_device().
    std::optional<unsigned> vlan = {};

    Ipv4Method method4 = Ipv4Method::none;
    Ipv6Method method6 = Ipv6Method::none;
    std::vector<Ipv4Interface> addresses4;  // the primary first, then the aliases' in order
    std::vector<Ipv6Interface> addresses6;
    std::vector<Route> routes;  // default routes first; planned, metrics and on-link decided
    std::vector<IpAddress> nameservers;
    std::vector<std::string> search_domains;
    std::optional<unsigned> mtu;
    // METRIC of a NIC whose routes a server announces: of those from DHCPv4, and of those from
    // router advertisements (with DHCPv6 or without).
    std::optional<unsigned> announced_metric4;
    std::optional<unsigned> announced_metric6;

    bool operator==(const Nic&) const = default;
};

// "ETH0", "PCI1": what the names of its variables begin with.
[[nodiscard]] std::string variables_of(const Nic& nic);

// "eth0", "pci1": for the names of our files. No device is meant.
[[nodiscard]] std::string label_of(const Nic& nic);

// A name that can stand in any file and argument list as it is: no option, nothing that a shell or
// YAML reads. The kernel allows more (dev_valid_name()).
[[nodiscard]] bool is_plain_device(std::string_view name);

// "ens5.100", or "vlan100" where that is longer than a device's name may be (IFNAMSIZ). For a NIC
// with a VLAN and a device.
[[nodiscard]] std::string vlan_device(const Nic& nic);

// The NIC below its VLAN: up, with its MTU, and nothing else.
[[nodiscard]] Nic below_vlan(const Nic& nic);

// The VLAN as a NIC of its own: all that is wanted of it, on vlan_device().
[[nodiscard]] Nic above_vlan(const Nic& nic);

struct Network {
    std::vector<Nic> nics;     // ETHx by x, then PCIx; only those that somebody wants something of
    std::vector<Nic> skipped;  // METHOD=skip: nothing of them is written, nothing taken away
    std::vector<IpAddress> nameservers;       // DNS
    std::vector<std::string> search_domains;  // SEARCH_DOMAIN
    bool complete =
        true;  // false: what is not here may be wanted all the same (lines were refused)

    bool operator==(const Network&) const = default;
};

// Gives the NIC the resolver settings of the machine before its own, without repeats.
void put_resolver_first(const Network& network, Nic& nic);

}  // namespace onectx
