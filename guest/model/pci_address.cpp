// See pci_address.h.
#include "guest/model/pci_address.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

bool is_hex(std::string_view text, std::size_t digits)
{
    auto is_digit_of_it = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
    return text.size() == digits && std::all_of(text.begin(), text.end(), is_digit_of_it);
}

}  // namespace

std::optional<std::string> parse_pci_address(std::string_view text)
{
    const auto lower = to_lower(text);
    auto parts = split(lower, ':');
    if (parts.size() == 2) parts.insert(parts.begin(), "0000");
    const auto function = split(parts.back(), '.');  // "device.function"
    // The domain behind a controller of its own (Intel's VMD) has more digits.
    constexpr std::size_t kDomain = 4, kLongestDomain = 8;
    if (parts.size() != 3 || parts[0].size() > kLongestDomain ||
        !is_hex(parts[0], std::max(parts[0].size(), kDomain)) || !is_hex(parts[1], 2) ||
        function.size() != 2 || !is_hex(function[0], 2) || !is_hex(function[1], 1))
        return std::nullopt;
    return std::string(parts[0]) + ":" + std::string(parts[1]) + ":" + std::string(parts[2]);
}

std::string pci_address_in_path(std::string_view path)
{
    std::string nearest;
    for (const auto name : split(path, '/'))
        if (parse_pci_address(name) == name) nearest = name;
    return nearest;
}

}  // namespace onectx
