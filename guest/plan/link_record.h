// The ledger of the network: which addresses and routes of which NIC come from a context, by MAC,
// so that a NIC may be renamed. What is in it and no longer wanted is taken out of the kernel; what
// is not in it is somebody else's. Kernel state ends with the boot, and so does its ledger.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "guest/model/link.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kLinkRecordPath = "/run/onectx/links";

struct LinkKey {
    Mac mac;
    std::optional<unsigned> vlan = {};  // of a VLAN above the device with the MAC

    auto operator<=>(const LinkKey&) const = default;
};

struct RecordedLink {
    bool made = false;      // a VLAN that was not there before a context asked for it
    bool dynamic = false;   // a server gave addresses and routes too
    bool ipv6_off = false;  // IPv6 was switched off for the context
    std::vector<LinkItem> items;

    bool operator==(const RecordedLink&) const = default;
};

using LinkRecord = std::map<LinkKey, RecordedLink>;

// One line a fact: "boot ID", then "link MAC [vlan ID] [made] [dynamic] [ipv6-off]" with an item a
// line below it.
[[nodiscard]] std::string to_text(const LinkRecord& record, std::string_view boot_id);

// Empty for the record of another boot (containers can keep /run), and for what is none. A line
// that is nothing is passed over.
[[nodiscard]] LinkRecord parse_link_record(std::string_view text, std::string_view boot_id);

// Of this boot, as the tree tells it; empty where it does not.
[[nodiscard]] std::string boot_id_of(const FileReader& tree);

}  // namespace onectx
