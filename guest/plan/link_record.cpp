// See link_record.h.
#include "guest/plan/link_record.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::string_view kBoot = "boot ";
constexpr std::string_view kLink = "link";
constexpr std::string_view kVlan = "vlan";
constexpr std::string_view kMade = "made";
constexpr std::string_view kDynamic = "dynamic";
constexpr std::string_view kIpv6Off = "ipv6-off";

// "link MAC [vlan ID] …"; absent for a line that names no link.
std::optional<LinkKey> key_of(const std::vector<std::string>& words)
{
    auto mac = words.size() > 1 ? parse_mac(words[1]) : std::nullopt;
    if (!mac) return std::nullopt;
    if (words.size() < 3 || words[2] != kVlan) return LinkKey{*mac};
    auto vlan = words.size() > 3 ? parse_number(words[3], 1, kMaxVlan) : std::nullopt;
    if (!vlan) return std::nullopt;
    return LinkKey{*mac, static_cast<unsigned>(*vlan)};
}

}  // namespace

std::string to_text(const LinkRecord& record, std::string_view boot_id)
{
    auto text = std::string(kBoot) + std::string(boot_id) + "\n";
    for (const auto& [key, link] : record) {
        text += std::string(kLink) + " " + to_text(key.mac);
        if (key.vlan) text += " " + std::string(kVlan) + " " + std::to_string(*key.vlan);
        if (link.made) text += " " + std::string(kMade);
        if (link.dynamic) text += " " + std::string(kDynamic);
        if (link.ipv6_off) text += " " + std::string(kIpv6Off);
        text += "\n";
        for (const auto& item : link.items)
            text += to_text(item) + "\n";
    }
    return text;
}

LinkRecord parse_link_record(std::string_view text, std::string_view boot_id)
{
    auto lines = split_lines(text);
    if (lines.empty() || lines[0] != std::string(kBoot) + std::string(boot_id)) return {};
    LinkRecord record;
    RecordedLink* link = nullptr;
    for (auto line : lines) {
        auto words = split_words(line);
        auto has = [&](std::string_view word) {
            return std::find(words.begin(), words.end(), word) != words.end();
        };
        if (words.size() >= 2 && words[0] == kLink) {
            auto key = key_of(words);
            link = key ? &record[*key] : nullptr;
            if (link != nullptr) *link = {has(kMade), has(kDynamic), has(kIpv6Off), {}};
        } else if (auto item = parse_link_item(line); item && link != nullptr) {
            link->items.push_back(*item);
        }
    }
    return record;
}

std::string boot_id_of(const FileReader& tree)
{
    auto file = tree.read("/proc/sys/kernel/random/boot_id");
    return file && *file ? std::string(trim((*file)->content)) : "";
}

}  // namespace onectx
