// ntp: whom the clock follows.
#include <algorithm>
#include <array>

#include "common/text.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {
namespace {

constexpr std::string_view kKey = "ntp";

// A host name or an address, as a word of a file of assignments or directives.
bool is_host(std::string_view text)
{
    auto is_plain = [](char c) {
        return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == ':' || c == '_';
    };
    constexpr std::size_t kMaxHostBytes = 253;
    return !text.empty() && text.size() <= kMaxHostBytes && !text.starts_with('-') &&
           std::all_of(text.begin(), text.end(), is_plain);
}

std::vector<std::string> hosts(const YamlNode& node, const std::string& what, NodeReader& reader)
{
    std::vector<std::string> result;
    for (auto& host : reader.texts(node, what)) {
        if (is_host(host))
            result.push_back(std::move(host));
        else
            reader.complain(node.at, what, shown(host) + " is no name of a host and no address");
    }
    return result;
}

// Those that cloud-init has, but for ntpdate, which follows nobody. Empty for the usual one.
constexpr std::array<std::string_view, 5> kClients{"chrony", "ntp", "ntpsec", "openntpd",
                                                   "systemd-timesyncd"};

bool is_client(std::string_view name)
{
    return name.empty() || std::find(kClients.begin(), kClients.end(), name) != kClients.end();
}

}  // namespace

void read_ntp(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.wishes.ntp.reset();
    NtpWish wish{.client = {}, .servers = {}, .pools = {}, .where = reader.place(node.at, kKey)};
    if (!is_null(node) && !reader.is_mapping(node, kKey)) return;
    bool is_enabled = true;
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const auto& key = node.keys[i];
        const auto& value = node.items[i];
        const auto what = std::string(kKey) + "." + key.text;
        if (is_null(value)) continue;
        if (key.text == "enabled")
            is_enabled = reader.boolean(value, what).value_or(true);
        else if (key.text == "servers")
            wish.servers = hosts(value, what, reader);
        else if (key.text == "pools")
            wish.pools = hosts(value, what, reader);
        else if (key.text == "ntp_client")
            wish.client = value.text == "auto" ? "" : reader.text(value, what).value_or("");
        else if (key.text == "peers" || key.text == "allow" || key.text == "config")
            reader.complain(key.at, what, "is not supported", false);
        else
            reader.complain(key.at, kKey, shown(key.text) + " is no key of ntp", false);
    }
    if (!is_client(wish.client)) {
        reader.complain(node.at, kKey,
                        shown(wish.client) +
                            " is no client of NTP that is known (chrony, ntp, ntpsec, openntpd, "
                            "systemd-timesyncd); nothing is done about it");
        is_enabled = false;
    }
    if (is_enabled) config.wishes.ntp = std::move(wish);
}

}  // namespace onectx
