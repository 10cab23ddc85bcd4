// See dhcp_record.h.
#include "guest/model/dhcp_record.h"

#include "common/text.h"
#include "guest/model/network_variables.h"

namespace onectx {
namespace {

constexpr std::string_view kClient = "client";
constexpr std::string_view kClient6 = "client6";
constexpr std::string_view kKeepMtu = "keep-mtu";
constexpr std::string_view kAddress = "address";
constexpr std::string_view kNameserver = "nameserver";
constexpr std::string_view kSearch = "search";

std::optional<DhcpWish> wish_of(const std::vector<std::string>& words)
{
    if (words.size() < 2 || !is_plain_device(words[1])) return std::nullopt;
    if (words[0] == kClient6) return DhcpWish{.device = words[1], .ipv6 = true};
    if (words.size() < 3 || words[0] != kClient) return std::nullopt;
    auto metric = parse_number(words[2], 0, kMaxMetric);
    if (!metric) return std::nullopt;
    return DhcpWish{.device = words[1],
                    .metric = static_cast<unsigned>(*metric),
                    .keep_mtu = words.size() > 3 && words[3] == kKeepMtu};
}

}  // namespace

std::string dhcp_record_path(const DhcpWish& wish)
{
    return "/run/onectx/" + dhcp_name(wish);
}

DhcpRecord record_of(const DhcpWish& wish)
{
    return {.wish = wish, .address = {}, .nameservers = {}, .search_domains = {}};
}

DhcpRecord record_of(const DhcpWish& wish, const DhcpLease& lease)
{
    return {.wish = wish,
            .address = IpPrefix{lease.address.address, lease.address.prefix},
            .nameservers = lease.nameservers,
            .search_domains = lease.search_domains};
}

DhcpRecord record_of(const DhcpWish& wish, const Dhcp6Lease& lease)
{
    return {.wish = wish,
            .address = IpPrefix{lease.address, kDhcp6Prefix},
            .nameservers = lease.nameservers,
            .search_domains = lease.search_domains};
}

std::string to_text(const DhcpRecord& record)
{
    const auto& wish = record.wish;
    auto text = wish.ipv6
                    ? std::string(kClient6) + " " + wish.device
                    : std::string(kClient) + " " + wish.device + " " + std::to_string(wish.metric) +
                          (wish.keep_mtu ? " " + std::string(kKeepMtu) : "");
    text += "\n";
    auto line = [&](std::string_view name, const std::string& value) {
        text += std::string(name) + " " + value + "\n";
    };
    if (record.address) line(kAddress, to_text(*record.address));
    for (const auto& server : record.nameservers)
        line(kNameserver, to_text(server));
    for (const auto& domain : record.search_domains)
        line(kSearch, domain);
    return text;
}

std::optional<DhcpRecord> parse_dhcp_record(std::string_view text)
{
    std::optional<DhcpRecord> record;
    for (auto line : split_lines(text)) {
        auto words = split_words(line);
        if (!record) {
            auto wish = wish_of(words);
            if (!wish) return std::nullopt;
            record = record_of(*wish);
        } else if (words.size() != 2) {
            continue;
        } else if (words[0] == kAddress) {
            auto prefix = parse_prefix(words[1]);
            if (prefix && is_ipv4(prefix->address) != record->wish.ipv6) record->address = prefix;
        } else if (words[0] == kNameserver) {
            if (auto address = parse_ip(words[1])) record->nameservers.push_back(*address);
        } else if (words[0] == kSearch && is_domain(words[1])) {
            record->search_domains.push_back(words[1]);
        }
    }
    return record;
}

}  // namespace onectx
