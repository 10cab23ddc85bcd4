// See address.h. Written out rather than left to inet_pton(3), which reads C strings and says
// nothing about the spellings people use for masks and MACs.
#include "common/address.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <span>

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kIpv6Groups = 8;

// The whole text as a hexadecimal number of 1 to `digits` digits.
std::optional<std::uint32_t> parse_hex(std::string_view text, std::size_t digits)
{
    std::uint32_t value = 0;
    if (text.empty() || text.size() > digits) return std::nullopt;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// A decimal number without a leading zero, so that nobody can read it as octal.
std::optional<unsigned> parse_decimal(std::string_view text, unsigned maximum)
{
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    auto value = parse_number(text, 0, maximum);
    if (!value) return std::nullopt;
    return static_cast<unsigned>(*value);
}

// Groups parted by ':', the last one perhaps an IPv4 address; an empty text has none.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text, bool may_embed_ipv4)
{
    std::vector<std::uint16_t> groups;
    if (text.empty()) return groups;
    auto parts = split(text, ':');
    if (parts.size() > kIpv6Groups) return std::nullopt;
    if (may_embed_ipv4 && parts.back().find('.') != std::string_view::npos) {
        if (parts.back() != trim(parts.back())) return std::nullopt;
        auto embedded = parse_ipv4(parts.back());
        if (!embedded) return std::nullopt;
        parts.pop_back();
        groups.push_back(
            static_cast<std::uint16_t>(embedded->octets[0] << 8 | embedded->octets[1]));
        groups.push_back(
            static_cast<std::uint16_t>(embedded->octets[2] << 8 | embedded->octets[3]));
    }
    auto at = groups.begin();
    for (auto part : parts) {
        auto group = parse_hex(part, 4);
        if (!group) return std::nullopt;
        at = groups.insert(at, static_cast<std::uint16_t>(*group)) + 1;
    }
    return groups;
}

void clear_host_bits(std::span<std::uint8_t> octets, unsigned length)
{
    for (std::size_t i = 0; i < octets.size(); ++i) {
        auto first_bit = static_cast<unsigned>(i) * 8;
        auto kept = length > first_bit ? std::min(length - first_bit, 8U) : 0U;
        octets[i] = static_cast<std::uint8_t>(octets[i] & 0xFF00U >> kept);
    }
}

std::uint32_t number_of(const Ipv4& address)
{
    std::uint32_t number = 0;
    for (auto octet : address.octets)
        number = number << 8U | octet;
    return number;
}

// The longest run of at least two zero groups, the first of equals (RFC 5952, 4.2.2 and 4.2.3).
struct ZeroRun {
    std::size_t start = kIpv6Groups;
    std::size_t length = 0;
};

ZeroRun longest_zero_run(std::span<const unsigned, kIpv6Groups> groups)
{
    ZeroRun best;
    ZeroRun run;
    for (std::size_t i = 0; i < kIpv6Groups; ++i) {
        run = groups[i] != 0 ? ZeroRun{} : ZeroRun{run.length == 0 ? i : run.start, run.length + 1};
        if (run.length >= 2 && run.length > best.length) best = run;
    }
    return best;
}

void append_hex(std::string& text, unsigned number)
{
    std::array<char, 8> digits{};
    auto [end, problem] = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
    text.append(digits.data(), end);
}

}  // namespace

std::optional<Mac> parse_mac(std::string_view text)
{
    text = trim(text);
    auto parts = split(text, text.find('-') == std::string_view::npos ? ':' : '-');
    Mac mac;
    if (parts.size() != mac.octets.size()) return std::nullopt;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto octet = parse_hex(parts[i], 2);
        if (!octet) return std::nullopt;
        mac.octets[i] = static_cast<std::uint8_t>(*octet);
    }
    return mac;
}

std::optional<Ipv4> parse_ipv4(std::string_view text)
{
    auto parts = split(trim(text), '.');
    Ipv4 address;
    if (parts.size() != address.octets.size()) return std::nullopt;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto octet = parse_decimal(parts[i], 255);
        if (!octet) return std::nullopt;
        address.octets[i] = static_cast<std::uint8_t>(*octet);
    }
    return address;
}

std::optional<Ipv6> parse_ipv6(std::string_view text)
{
    text = trim(text);
    auto gap = text.find("::");
    bool has_gap = gap != std::string_view::npos;
    auto head = parse_groups(text.substr(0, gap), !has_gap);
    auto tail = parse_groups(has_gap ? text.substr(gap + 2) : "", true);
    if (!head || !tail) return std::nullopt;
    auto given = head->size() + tail->size();
    // "::" stands for at least one group.
    if (has_gap ? given >= kIpv6Groups : given != kIpv6Groups) return std::nullopt;

    std::array<std::uint16_t, kIpv6Groups> groups{};
    std::copy(head->begin(), head->end(), groups.begin());
    std::copy(tail->rbegin(), tail->rend(), groups.rbegin());
    Ipv6 address;
    for (std::size_t i = 0; i < kIpv6Groups; ++i) {
        address.octets[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8U);
        address.octets[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xFFU);
    }
    return address;
}

std::optional<IpAddress> parse_ip(std::string_view text)
{
    if (auto address = parse_ipv4(text)) return *address;
    if (auto address = parse_ipv6(text)) return *address;
    return std::nullopt;
}

std::optional<IpPrefix> parse_prefix(std::string_view text)
{
    text = trim(text);
    auto slash = text.find('/');
    auto address_text = text.substr(0, slash);
    auto address = parse_ip(address_text);
    if (!address || address_text != trim(address_text)) return std::nullopt;
    unsigned whole = is_ipv4(*address) ? 32 : 128;
    if (slash == std::string_view::npos) return IpPrefix{*address, whole};
    auto length = parse_decimal(text.substr(slash + 1), whole);
    if (!length) return std::nullopt;
    return IpPrefix{*address, *length};
}

std::optional<unsigned> parse_mask(std::string_view text)
{
    text = trim(text);
    if (text.starts_with('/')) return parse_decimal(text.substr(1), 32);
    if (auto length = parse_decimal(text, 32)) return length;
    std::optional<std::uint32_t> bits;
    if (text.starts_with("0x") || text.starts_with("0X")) bits = parse_hex(text.substr(2), 8);
    if (auto dotted = parse_ipv4(text)) bits = number_of(*dotted);
    if (!bits) return std::nullopt;
    auto length = static_cast<unsigned>(std::countl_one(*bits));
    if (*bits != number_of(mask_of(length))) return std::nullopt;
    return length;
}

std::string to_text(const Mac& mac)
{
    std::string text;
    for (auto octet : mac.octets) {
        if (!text.empty()) text += ':';
        if (octet < 16) text += '0';
        append_hex(text, octet);
    }
    return text;
}

std::string to_text(const Ipv4& address)
{
    std::string text;
    for (auto octet : address.octets) {
        if (!text.empty()) text += '.';
        text += std::to_string(octet);
    }
    return text;
}

std::string to_text(const Ipv6& address)
{
    std::array<unsigned, kIpv6Groups> groups{};
    for (std::size_t i = 0; i < kIpv6Groups; ++i)
        groups[i] = static_cast<unsigned>(address.octets[2 * i]) << 8U | address.octets[2 * i + 1];

    // An IPv4-mapped address is known by its prefix, and then shown as such (RFC 5952, 5).
    if (std::all_of(groups.begin(), groups.begin() + 5, [](auto g) { return g == 0; }) &&
        groups[5] == 0xFFFF)
        return "::ffff:" + to_text(Ipv4{{address.octets[12], address.octets[13], address.octets[14],
                                         address.octets[15]}});

    auto run = longest_zero_run(groups);
    std::string text;
    for (std::size_t i = 0; i < kIpv6Groups;) {
        if (i == run.start) {
            text += "::";
            i += run.length;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        append_hex(text, groups[i++]);
    }
    return text;
}

std::string to_text(const IpAddress& address)
{
    return std::visit([](const auto& kind) { return to_text(kind); }, address);
}

std::string to_text(const IpPrefix& prefix)
{
    return to_text(prefix.address) + '/' + std::to_string(prefix.length);
}

Ipv4 mask_of(unsigned length)
{
    return network_of(Ipv4{{255, 255, 255, 255}}, length);
}

Ipv4 network_of(const Ipv4& address, unsigned length)
{
    auto network = address;
    clear_host_bits(network.octets, length);
    return network;
}

Ipv6 network_of(const Ipv6& address, unsigned length)
{
    auto network = address;
    clear_host_bits(network.octets, length);
    return network;
}

bool contains(const IpPrefix& prefix, const IpAddress& address)
{
    if (prefix.address.index() != address.index()) return false;
    auto network = [&](const IpAddress& of) {
        return std::visit(
            [&](const auto& kind) { return IpAddress(network_of(kind, prefix.length)); }, of);
    };
    return network(prefix.address) == network(address);
}

bool is_link_local(const IpAddress& address)
{
    return contains({Ipv4{{169, 254}}, 16}, address) || contains({Ipv6{{0xFE, 0x80}}, 10}, address);
}

bool is_ipv4(const IpAddress& address)
{
    return std::holds_alternative<Ipv4>(address);
}

}  // namespace onectx
