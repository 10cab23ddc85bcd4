// See expected.h.
#include "guest/system/expected.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/text.h"

namespace onectx {
namespace {

// Serial numbers and UUIDs, the other fields, are readable by root only and say nothing here.
constexpr std::array<std::string_view, 9> kDmiFields{
    "sys_vendor",   "product_name", "product_family", "product_version", "bios_vendor",
    "board_vendor", "board_name",   "chassis_vendor", "chassis_version"};

bool names_opennebula(const FileReader& tree, std::string_view field)
{
    const auto text = tree.read("/sys/class/dmi/id/" + std::string(field));
    return text && *text && to_lower((*text)->content).find("opennebula") != std::string::npos;
}

bool had_medium(const FileReader& tree)
{
    const auto seen = tree.read(kContextSeen);
    return seen && *seen && (*seen)->content != kSeenElsewhere;
}

}  // namespace

bool had_context(const FileReader& tree)
{
    const auto seen = tree.status(kContextSeen);
    return seen && *seen;
}

bool is_context_expected(const FileReader& tree)
{
    return had_medium(tree) ||
           std::any_of(kDmiFields.begin(), kDmiFields.end(),
                       [&](std::string_view field) { return names_opennebula(tree, field); });
}

std::chrono::milliseconds wait_limit(const Policy& policy, bool expected)
{
    return std::chrono::seconds(expected ? policy.wait_seconds_expected : policy.wait_seconds);
}

}  // namespace onectx
