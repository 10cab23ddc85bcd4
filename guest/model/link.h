// The state of a link in the kernel as it is wanted and as it is to be changed: what apply does
// over rtnetlink, and what it looks for after a daemon was told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/address.h"
#include "guest/model/nic.h"

namespace onectx {

using LinkItem = std::variant<IpPrefix, Route>;  // an address of the link, or a route through it

// What the kernel itself does about IPv6 on a link: nothing at all, no autoconfiguration, or what
// router advertisements say.
enum class Ipv6Mode { off, fixed, announced };

// A VLAN above the device with a MAC (IEEE 802.1Q): a link of its own that shares the address.
struct VlanAbove {
    unsigned id = 0;
    std::string parent;  // the device below it

    bool operator==(const VlanAbove&) const = default;
};

// What of a link is to be otherwise; everything else stays. Nothing takes a link down but one that
// is taken away.
struct LinkChange {
    std::string device;
    Mac mac;                             // whose device it must be when the change is made
    std::optional<VlanAbove> vlan = {};  // the device is this VLAN above the one with `mac`
    bool create = false;                 // which is to be made first
    bool destroy = false;                // which is to be taken away, and nothing else of it counts
    std::optional<Mac> address = {};     // the MAC that the device is given
    bool up = false;                     // bring it up
    std::optional<unsigned> mtu;
    std::optional<Ipv6Mode> ipv6;
    std::vector<LinkItem> add;
    std::vector<LinkItem> remove;

    [[nodiscard]] bool empty() const
    {
        return !create && !destroy && !address && !up && !mtu && !ipv6 && add.empty() &&
               remove.empty();
    }
    bool operator==(const LinkChange&) const = default;
};

// What a link has to have, whoever gives it; servers may add to it.
struct LinkState {
    std::string device;  // empty: no such device (yet)
    Mac mac;
    std::optional<VlanAbove> vlan = {};  // the device is this VLAN above the one with `mac`
    bool gone = false;                   // a VLAN that is not to be there
    std::optional<Mac> address = {};     // the MAC that it is given, where that is ours to do
    bool up = false;
    std::optional<unsigned> mtu;
    std::optional<Ipv6Mode> ipv6;
    bool dynamic = false;  // a server gives addresses too
    bool leased4 = false;  // a DHCP client of ours is about to get one
    bool leased6 = false;
    std::vector<LinkItem> items;

    bool operator==(const LinkState&) const = default;
};

// One link after the network's owner has been told of its new files.
struct LinkGoal {
    LinkState wanted;
    std::vector<LinkItem> stale;    // ours, of an earlier context: to be gone
    std::vector<LinkItem> foreign;  // of others: to be there still
    bool leave_down = false;        // nothing about it is new, so whoever took it down is respected

    bool operator==(const LinkGoal&) const = default;
};

// What is looked for in the kernel, and set there directly when nobody does within a time limit.
struct NetworkGoal {
    std::string backend;  // who is to set it
    std::vector<LinkGoal> links;
    // The ledger (guest/plan/link_record.h) while the goal is pursued, and once it is reached.
    std::string record_before;
    std::string record_after;

    bool operator==(const NetworkGoal&) const = default;
};

// "10.0.0.2/24"; "0.0.0.0/0 via 10.0.0.1 metric 100 onlink", for a route without a gateway
// "169.254.16.9/32 via link".
[[nodiscard]] std::string to_text(const LinkItem& item);
[[nodiscard]] std::string_view to_text(Ipv6Mode mode);

// The inverse of to_text(); absent for any other text.
[[nodiscard]] std::optional<LinkItem> parse_link_item(std::string_view text);

}  // namespace onectx
