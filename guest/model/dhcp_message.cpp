// See dhcp_message.h.
#include "guest/model/dhcp_message.h"

#include <algorithm>
#include <map>

#include "common/limits.h"
#include "common/text.h"
#include "guest/model/dhcp_wire.h"
#include "guest/model/network_variables.h"

namespace onectx {
namespace {

// The fields of the message, by where they begin (RFC 2131, section 2).
constexpr std::size_t kIdAt = 4, kSecondsAt = 8, kOwnAt = 12, kYourAt = 16, kMacAt = 28,
                      kServerNameAt = 44, kFileAt = 108, kCookieAt = 236, kOptionsAt = 240;
constexpr std::size_t kMessageBytes = 300;  // the least that a relay has to take
constexpr std::string_view kCookie{"\x63\x82\x53\x63", 4};
constexpr char kRequestOp = 1, kReplyOp = 2, kEthernet = 1, kMacBytes = 6;

enum Option : std::uint8_t {
    kPad = 0,
    kMask = 1,
    kRouters = 3,
    kNameservers = 6,
    kDomain = 15,
    kMtu = 26,
    kRequested = 50,
    kLeaseTime = 51,
    kOverload = 52,
    kType = 53,
    kServer = 54,
    kParameters = 55,
    kMaxSize = 57,
    kRenewTime = 58,
    kRebindTime = 59,
    kClientId = 61,
    kSearch = 119,
    kClasslessRoutes = 121,
    kEnd = 255,
};

using Options = std::map<std::uint8_t, std::string>;

// An option that comes in parts is one (RFC 3396).
void read_options(std::string_view text, Options& options)
{
    for (std::size_t at = 0; at < text.size();) {
        auto code = octet(text, at++);
        if (code == kPad) continue;
        if (code == kEnd || at == text.size()) return;
        std::size_t size = octet(text, at++);
        if (size > text.size() - at) return;
        options[code].append(text.substr(at, size));
        at += size;
    }
}

Options options_of(std::string_view message)
{
    Options options;
    read_options(message.substr(kOptionsAt), options);
    // Two fields of old may hold more.
    auto overload = number_of(options[kOverload], 1).value_or(0);
    if ((overload & 1U) != 0) read_options(message.substr(kFileAt, kCookieAt - kFileAt), options);
    if ((overload & 2U) != 0)
        read_options(message.substr(kServerNameAt, kFileAt - kServerNameAt), options);
    return options;
}

std::vector<std::string> search_domains_of(Options& options)
{
    auto names = domains_of(options[kSearch]);
    if (!names.empty()) return names;
    // Some servers put several names into the option for one.
    names = split_words(options[kDomain].substr(0, options[kDomain].find('\0')));
    std::erase_if(names, [](const std::string& name) { return !is_domain(name); });
    return names;
}

std::vector<Route> classless_routes(std::string_view text)
{
    constexpr unsigned kBits = 8;
    std::vector<Route> routes;
    while (!text.empty() && routes.size() < kMaxListItems) {
        unsigned length = octet(text, 0);
        std::size_t size = (length + kBits - 1) / kBits;
        if (length > 32 || text.size() < 1 + size + 4) break;
        auto destination =
            address_of<Ipv4>(std::string(text.substr(1, size)) + std::string(4, '\0'));
        auto gateway = address_of<Ipv4>(text.substr(1 + size));
        Route route{.destination = {network_of(*destination, length), length}};
        if (*gateway != Ipv4{}) route.gateway = *gateway;
        if (!route.gateway || is_host(*route.gateway)) routes.push_back(route);
        text.remove_prefix(1 + size + 4);
    }
    return routes;
}

std::vector<Route> routes_of(Options& options, const Ipv4Interface& own)
{
    auto routes = classless_routes(options[kClasslessRoutes]);
    // RFC 3442: where there are those, the routers do not count.
    auto router = address_of<Ipv4>(options[kRouters]);
    if (options[kClasslessRoutes].empty() && router && is_host(*router))
        routes.push_back(default_route(*router, std::nullopt));
    for (auto& route : routes)
        route.on_link = route.gateway && !contains({own.address, own.prefix}, *route.gateway);
    return routes;
}

void read_times(Options& options, DhcpLease& lease)
{
    using std::chrono::seconds;
    constexpr std::uint32_t kEndlessTime = UINT32_MAX;
    auto valid = *number_of(options[kLeaseTime], 4);
    if (valid == kEndlessTime) {
        lease.valid = lease.renew = lease.rebind = kEndless;
        return;
    }
    lease.valid = seconds(std::max<std::uint32_t>(valid, 1));
    // RFC 2131, section 4.4.5: half of it, and seven eighths.
    lease.renew = seconds(number_of(options[kRenewTime], 4).value_or(valid / 2));
    lease.rebind = seconds(
        number_of(options[kRebindTime], 4).value_or(static_cast<std::uint32_t>(valid * 7ULL / 8)));
    if (lease.rebind > lease.valid) lease.rebind = lease.valid * 7 / 8;
    if (lease.renew > lease.rebind) lease.renew = std::min(lease.valid / 2, lease.rebind);
}

std::optional<DhcpLease> lease_of(std::string_view message, Options& options)
{
    constexpr unsigned kLeastMtu = 576;  // RFC 791: less would be a mistake, as all clients hold
    auto own = address_of<Ipv4>(message.substr(kYourAt));
    auto server = address_of<Ipv4>(options[kServer]);
    if (!own || !is_host(*own) || own->octets[0] == 127 || !server ||
        !number_of(options[kLeaseTime], 4))
        return std::nullopt;
    auto mask = address_of<Ipv4>(options[kMask]);
    // Without a mask nothing is known to be on the link, and the gateway is reached all the same.
    auto prefix = mask ? parse_mask(to_text(*mask)) : std::nullopt;
    DhcpLease lease{.address = {*own, prefix.value_or(32)}, .server = *server};
    lease.routes = routes_of(options, lease.address);
    for (std::string_view rest = options[kNameservers];
         rest.size() >= 4 && lease.nameservers.size() < kMaxListItems; rest.remove_prefix(4))
        if (auto one = address_of<Ipv4>(rest); is_host(*one)) lease.nameservers.emplace_back(*one);
    lease.search_domains = search_domains_of(options);
    auto mtu = number_of(options[kMtu], 2);
    if (mtu && *mtu >= kLeastMtu) lease.mtu = *mtu;
    read_times(options, lease);
    return lease;
}

std::string option(std::uint8_t code, std::string_view value)
{
    return number(code, 1) + number(value.size(), 1) + std::string(value);
}

// RFC 1071.
std::uint16_t checksum(std::string_view text)
{
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < text.size(); at += 2)
        sum +=
            (unsigned{octet(text, at)} << 8U) | (at + 1 < text.size() ? octet(text, at + 1) : 0U);
    while (sum > 0xFFFFU)
        sum = (sum & 0xFFFFU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum);
}

constexpr char kUdp = 17;

}  // namespace

std::string to_octets(const DhcpRequest& request)
{
    std::string text(kOptionsAt, '\0');
    auto put = [&](std::size_t at, std::string_view value) {
        text.replace(at, value.size(), value);
    };
    text[0] = kRequestOp;
    text[1] = kEthernet;
    text[2] = kMacBytes;
    put(kIdAt, number(request.id, 4));
    put(kSecondsAt, number(request.seconds, 2));
    if (request.own) put(kOwnAt, octets_of(*request.own));
    put(kMacAt, octets_of(request.mac));
    put(kCookieAt, kCookie);
    text += option(kType, number(static_cast<std::uint8_t>(request.type), 1));
    text += option(kClientId, std::string(1, kEthernet) + octets_of(request.mac));
    if (request.requested) text += option(kRequested, octets_of(*request.requested));
    if (request.server) text += option(kServer, octets_of(*request.server));
    if (request.type == DhcpType::discover || request.type == DhcpType::request) {
        constexpr char kWishes[] = {
            static_cast<char>(kClasslessRoutes),  // before the routers (RFC 3442)
            kMask,
            kRouters,
            kNameservers,
            kDomain,
            kMtu,
            kLeaseTime,
            kServer,
            kRenewTime,
            kRebindTime,
            kSearch};
        constexpr std::uint16_t kLargest = 1472;  // of Ethernet without IP and UDP
        text += option(kParameters, {kWishes, sizeof(kWishes)});
        text += option(kMaxSize, number(kLargest, 2));
    }
    text += static_cast<char>(kEnd);
    text.resize(std::max(text.size(), kMessageBytes), '\0');
    return text;
}

std::optional<DhcpAnswer> parse_dhcp_answer(std::string_view octets)
{
    if (octets.size() < kOptionsAt || octets[0] != kReplyOp || octets[1] != kEthernet ||
        octets[2] != kMacBytes || octets.substr(kCookieAt, kCookie.size()) != kCookie)
        return std::nullopt;
    auto options = options_of(octets);
    auto type = number_of(options[kType], 1);
    if (!type) return std::nullopt;
    DhcpAnswer answer{.type = static_cast<DhcpType>(*type),
                      .id = *number_of(octets.substr(kIdAt, 4), 4)};
    std::copy_n(octets.begin() + kMacAt, kMacBytes, answer.mac.octets.begin());
    answer.server = address_of<Ipv4>(options[kServer]);
    if (answer.type == DhcpType::nak) return answer;
    if (answer.type != DhcpType::offer && answer.type != DhcpType::ack) return std::nullopt;
    answer.lease = lease_of(octets, options);
    return answer.lease ? std::optional(answer) : std::nullopt;
}

std::string to_packet(std::string_view payload, const Ipv4& from, const Ipv4& to)
{
    constexpr std::size_t kUdpBytes = 8, kIpBytes = 20, kIpChecksumAt = 10, kUdpChecksumAt = 6;
    constexpr std::uint8_t kVersionAndLength = 0x45, kTimeToLive = 64;
    const auto addresses = octets_of(from) + octets_of(to);
    const auto udp_length = number(kUdpBytes + payload.size(), 2);
    auto udp = number(kDhcpClientPort, 2) + number(kDhcpServerPort, 2) + udp_length + number(0, 2) +
               std::string(payload);
    auto sum = checksum(addresses + number(kUdp, 2) + udp_length + udp);
    if (sum == 0) sum = 0xFFFF;  // RFC 768
    udp.replace(kUdpChecksumAt, 2, number(sum, 2));
    auto ip = number(kVersionAndLength, 1) + number(0, 1) + number(kIpBytes + udp.size(), 2) +
              number(0, 4) + number(kTimeToLive, 1) + std::string(1, kUdp) + number(0, 2) +
              addresses;
    ip.replace(kIpChecksumAt, 2, number(checksum(ip), 2));
    return ip + udp;
}

std::optional<std::string_view> payload_of(std::string_view packet)
{
    constexpr std::size_t kUdpBytes = 8, kIpBytes = 20;
    constexpr std::uint32_t kFragment = 0x3FFF;  // more of them, or not the first
    if (packet.size() < kIpBytes || octet(packet, 0) >> 4U != 4) return std::nullopt;
    const std::size_t header = (octet(packet, 0) & 0xFU) * std::size_t{4};
    const std::size_t total = *number_of(packet.substr(2, 2), 2);
    if (header < kIpBytes || total < header + kUdpBytes || total > packet.size())
        return std::nullopt;
    if ((*number_of(packet.substr(6, 2), 2) & kFragment) != 0 || packet[9] != kUdp ||
        checksum(packet.substr(0, header)) != 0)
        return std::nullopt;
    const auto udp = packet.substr(header, total - header);
    const std::size_t length = *number_of(udp.substr(4, 2), 2);
    if (*number_of(udp.substr(0, 2), 2) != kDhcpServerPort ||
        *number_of(udp.substr(2, 2), 2) != kDhcpClientPort || length < kUdpBytes ||
        length > udp.size())
        return std::nullopt;
    return udp.substr(kUdpBytes, length - kUdpBytes);
}

}  // namespace onectx
