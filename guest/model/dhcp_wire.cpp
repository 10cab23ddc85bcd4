// See dhcp_wire.h.
#include "guest/model/dhcp_wire.h"

#include "common/limits.h"
#include "guest/model/network_variables.h"

namespace onectx {
namespace {

// One name of DNS (RFC 1035, section 4.1.4) from `at` on, which is moved behind it. Absent when it
// ends outside, is too long or goes round in circles.
std::optional<std::string> read_name(std::string_view text, std::size_t& at)
{
    constexpr unsigned kPointer = 0xC0;
    constexpr std::size_t kMaxNameBytes = 255;
    std::string name;
    std::optional<std::size_t> behind;
    for (auto here = at; here < text.size();) {
        std::size_t size = octet(text, here++);
        if (size == 0) {
            at = behind.value_or(here);
            return name;
        }
        if ((size & kPointer) == kPointer) {
            if (here == text.size()) return std::nullopt;
            std::size_t target = ((size & ~std::size_t{kPointer}) << 8U) | octet(text, here);
            if (!behind) behind = here + 1;
            // Only backwards, so that it comes to an end.
            if (target >= here - 1) return std::nullopt;
            here = target;
            continue;
        }
        if (size > text.size() - here || name.size() + size + 1 > kMaxNameBytes)
            return std::nullopt;
        if (!name.empty()) name += '.';
        name += text.substr(here, size);
        here += size;
    }
    return std::nullopt;
}

}  // namespace

std::uint8_t octet(std::string_view text, std::size_t at)
{
    return static_cast<std::uint8_t>(text[at]);
}

std::string number(std::uint64_t value, std::size_t size)
{
    constexpr unsigned kBits = 8;
    std::string text(size, '\0');
    for (auto at = size; at-- > 0; value >>= kBits)
        text[at] = static_cast<char>(value & 0xFFU);
    return text;
}

std::optional<std::uint32_t> number_of(std::string_view text, std::size_t size)
{
    if (text.size() != size) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t at = 0; at < size; ++at)
        value = (value << 8U) | octet(text, at);
    return value;
}

std::vector<std::string> domains_of(std::string_view list)
{
    std::vector<std::string> names;
    for (std::size_t at = 0; at < list.size() && names.size() < kMaxListItems;) {
        auto name = read_name(list, at);
        if (!name) break;
        if (is_domain(*name)) names.push_back(std::move(*name));
    }
    return names;
}

}  // namespace onectx
