// See dhcp6_message.h.
#include "guest/model/dhcp6_message.h"

#include <algorithm>

#include "common/limits.h"
#include "guest/model/network_variables.h"

namespace onectx {
namespace {

using std::chrono::seconds;

constexpr std::size_t kHeadBytes = 4;    // of a message: its type, and its id in three octets
constexpr std::size_t kOptionBytes = 4;  // before the value: code and size
constexpr std::size_t kMaxDuidBytes = 130;

enum Option : std::uint16_t {
    kClientId = 1,
    kServerId = 2,
    kAssociation = 3,  // IA_NA
    kAddress = 5,      // in an association
    kWishes = 6,
    kPreference = 7,
    kElapsed = 8,
    kStatus = 13,
    kRapidCommit = 14,
    kNameservers = 23,  // RFC 3646
    kDomains = 24,
    kSolicitPatience = 82,
};

struct Item {
    std::uint32_t code = 0;
    std::string_view value;
};
using Items = std::vector<Item>;

// Absent where one ends outside.
std::optional<Items> items_of(std::string_view text)
{
    Items items;
    while (!text.empty()) {
        if (text.size() < kOptionBytes) return std::nullopt;
        auto code = *number_of(text.substr(0, 2), 2);
        const std::size_t size = *number_of(text.substr(2, 2), 2);
        text.remove_prefix(kOptionBytes);
        if (size > text.size()) return std::nullopt;
        items.push_back({code, text.substr(0, size)});
        text.remove_prefix(size);
    }
    return items;
}

// Of options that come once the first; absent where there is none.
std::optional<std::string_view> value_of(const Items& items, std::uint32_t code)
{
    auto found = std::find_if(items.begin(), items.end(),
                              [&](const Item& item) { return item.code == code; });
    return found == items.end() ? std::nullopt : std::optional(found->value);
}

Dhcp6Status status_of(const Items& items)
{
    auto value = value_of(items, kStatus).value_or(std::string_view());
    auto code = number_of(value.substr(0, 2), 2).value_or(0);
    return static_cast<Dhcp6Status>(code);
}

std::vector<IpAddress> nameservers_of(const Items& items)
{
    std::vector<IpAddress> servers;
    constexpr std::size_t kBytes = sizeof(Ipv6::octets);
    for (auto rest = value_of(items, kNameservers).value_or(std::string_view());
         rest.size() >= kBytes && servers.size() < kMaxListItems; rest.remove_prefix(kBytes)) {
        const IpAddress one = *address_of<Ipv6>(rest);
        // One of the link alone would need its name beside it.
        if (is_host(one) && !is_link_local(one)) servers.push_back(one);
    }
    return servers;
}

// Whether a machine can have it from somebody: no loopback, no IPv4 in disguise, none that it gives
// itself.
bool is_leasable(const Ipv6& address)
{
    const IpPrefix old{Ipv6{}, 96}, disguised{*parse_ipv6("::ffff:0:0"), 96};
    return is_host(address) && !is_link_local(address) && !contains(old, address) &&
           !contains(disguised, address);
}

// A part of a time, in fifths and the like; what has no end has no part.
seconds part_of(seconds whole, unsigned numerator, unsigned denominator)
{
    return whole == kEndless ? kEndless : whole * numerator / denominator;
}

// Section 21.4: where the server leaves it to the client, half of the time and four fifths of it.
void read_times(std::uint32_t renew, std::uint32_t rebind, Dhcp6Lease& lease)
{
    const auto base = lease.preferred == seconds(0) ? lease.valid : lease.preferred;
    lease.rebind = rebind == 0 ? part_of(base, 4, 5) : seconds(rebind);
    if (lease.rebind > lease.valid) lease.rebind = part_of(lease.valid, 4, 5);
    lease.renew = renew == 0 ? part_of(base, 1, 2) : seconds(renew);
    if (lease.renew > lease.rebind) lease.renew = part_of(lease.rebind, 5, 8);
}

// An address and its times; absent where they contradict each other or the server takes it back.
std::optional<Dhcp6Lease> address_in(std::string_view value, Dhcp6Answer& answer)
{
    constexpr std::size_t kFixed = 24;
    if (value.size() < kFixed) return std::nullopt;
    const auto items = items_of(value.substr(kFixed));
    const seconds preferred(*number_of(value.substr(16, 4), 4));
    const seconds valid(*number_of(value.substr(20, 4), 4));
    const auto address = *address_of<Ipv6>(value);
    if (!items || status_of(*items) != Dhcp6Status::success || preferred > valid ||
        !is_leasable(address))
        return std::nullopt;
    if (valid == seconds(0)) {
        if (answer.ended.size() < kMaxListItems) answer.ended.push_back(address);
        return std::nullopt;
    }
    return Dhcp6Lease{.address = address,
                      .server = answer.server,
                      .nameservers = {},
                      .search_domains = {},
                      .valid = valid,
                      .preferred = preferred};
}

// The association of the link, where this is it.
void read_association(std::string_view value, std::uint32_t link, Dhcp6Answer& answer)
{
    constexpr std::size_t kFixed = 12;
    if (value.size() < kFixed || number_of(value.substr(0, 4), 4) != link) return;
    const auto renew = *number_of(value.substr(4, 4), 4),
               rebind = *number_of(value.substr(8, 4), 4);
    const auto items = items_of(value.substr(kFixed));
    if (!items || (renew > rebind && rebind > 0)) return;
    if (answer.status == Dhcp6Status::success) answer.status = status_of(*items);
    for (const auto& item : *items) {
        if (item.code != kAddress) continue;
        auto lease = address_in(item.value, answer);
        if (!lease || answer.lease) continue;
        read_times(renew, rebind, *lease);
        answer.lease = std::move(lease);
    }
}

std::string option(std::uint16_t code, std::string_view value)
{
    return number(code, 2) + number(value.size(), 2) + std::string(value);
}

// What it wants to be told of, where it asks for anything.
std::string wishes_of(Dhcp6Type type)
{
    if (type == Dhcp6Type::release || type == Dhcp6Type::decline) return {};
    return option(kWishes,
                  number(kNameservers, 2) + number(kDomains, 2) + number(kSolicitPatience, 2));
}

}  // namespace

Dhcp6Identity dhcp6_identity(const Mac& mac, std::optional<unsigned> vlan)
{
    constexpr std::uint16_t kLinkLayer = 3, kEthernet = 1;
    constexpr unsigned kVlanAt = 20;
    const auto octets = octets_of(mac);
    const auto link = *number_of(std::string_view(octets).substr(2), 4);
    return {.client = number(kLinkLayer, 2) + number(kEthernet, 2) + octets,
            .link = link ^ (vlan.value_or(0) << kVlanAt)};
}

std::string to_octets(const Dhcp6Request& request)
{
    auto association = number(request.whom.link, 4) + number(0, 4) + number(0, 4);
    if (request.own)
        association += option(kAddress, octets_of(*request.own) + number(0, 4) + number(0, 4));
    auto text = number(static_cast<std::uint8_t>(request.type), 1) + number(request.id, 3) +
                option(kClientId, request.whom.client);
    if (!request.server.empty()) text += option(kServerId, request.server);
    text += option(kElapsed, number(request.hundredths, 2)) + wishes_of(request.type);
    if (request.type == Dhcp6Type::solicit) text += option(kRapidCommit, {});
    return text + option(kAssociation, association);
}

std::optional<Dhcp6Answer> parse_dhcp6_answer(std::string_view octets, const Dhcp6Identity& whom)
{
    if (octets.size() < kHeadBytes) return std::nullopt;
    Dhcp6Answer answer{.type = static_cast<Dhcp6Type>(octet(octets, 0)), .server = {}};
    if (answer.type != Dhcp6Type::advertise && answer.type != Dhcp6Type::reply) return std::nullopt;
    constexpr std::uint32_t kIdMask = 0xFFFFFF;
    answer.id = *number_of(octets.substr(0, kHeadBytes), kHeadBytes) & kIdMask;
    const auto items = items_of(octets.substr(kHeadBytes));
    if (!items || value_of(*items, kClientId) != whom.client) return std::nullopt;
    answer.server = value_of(*items, kServerId).value_or(std::string_view());
    if (answer.server.empty() || answer.server.size() > kMaxDuidBytes) return std::nullopt;
    const auto preference = value_of(*items, kPreference).value_or(std::string_view());
    answer.preference = static_cast<std::uint8_t>(number_of(preference, 1).value_or(0));
    answer.rapid = value_of(*items, kRapidCommit).has_value();
    answer.status = status_of(*items);
    for (const auto& item : *items)
        if (item.code == kAssociation) read_association(item.value, whom.link, answer);
    constexpr std::uint32_t kLeast = 60, kMost = 86400;
    const auto patience =
        number_of(value_of(*items, kSolicitPatience).value_or(std::string_view()), 4);
    if (patience && *patience >= kLeast && *patience <= kMost) answer.patience = seconds(*patience);
    if (answer.status != Dhcp6Status::success) answer.lease.reset();
    if (!answer.lease) return answer;
    answer.lease->nameservers = nameservers_of(*items);
    answer.lease->search_domains =
        domains_of(value_of(*items, kDomains).value_or(std::string_view()));
    return answer;
}

}  // namespace onectx
