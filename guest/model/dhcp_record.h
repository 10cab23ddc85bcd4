// A DHCP client of ours: what it was started with, and what it has of its server. Its record lies
// in /run/onectx, where planners read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guest/model/dhcp6_message.h"
#include "guest/model/dhcp_message.h"
#include "guest/model/dhcp_wish.h"

namespace onectx {

struct DhcpRecord {
    DhcpWish wish;
    std::optional<IpPrefix> address;  // absent: no lease (yet)
    std::vector<IpAddress> nameservers;
    std::vector<std::string> search_domains;

    bool operator==(const DhcpRecord&) const = default;
};

[[nodiscard]] std::string dhcp_record_path(const DhcpWish& wish);

[[nodiscard]] DhcpRecord record_of(const DhcpWish& wish);  // without a lease
[[nodiscard]] DhcpRecord record_of(const DhcpWish& wish, const DhcpLease& lease);
[[nodiscard]] DhcpRecord record_of(const DhcpWish& wish, const Dhcp6Lease& lease);

// One fact a line: "client DEVICE METRIC [keep-mtu]" or "client6 DEVICE", "address A/N",
// "nameserver A", "search NAME".
[[nodiscard]] std::string to_text(const DhcpRecord& record);

// Absent without the first line; any other line that is nothing is passed over.
[[nodiscard]] std::optional<DhcpRecord> parse_dhcp_record(std::string_view text);

}  // namespace onectx
