// See host_name.h.
#include "common/host_name.h"

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kMaxLabelBytes = 63;  // RFC 1035, section 2.3.4
constexpr std::size_t kMaxNameBytes = 253;  // the same, in its text form

std::string clean_label(std::string_view text)
{
    std::string label;
    for (char c : text) {
        bool kept = is_alpha(c) || is_digit(c);
        if (!kept && label.empty()) continue;
        label += kept ? c : '-';
        if (label.size() == kMaxLabelBytes) break;
    }
    while (label.ends_with('-'))
        label.pop_back();
    return label;
}

}  // namespace

std::optional<HostName> clean_host_name(std::string_view text)
{
    HostName name;
    for (auto part : split(text, '.')) {
        auto label = clean_label(part);
        if (label.empty()) continue;
        if (name.host.empty()) {
            name.host = std::move(label);
            continue;
        }
        if (full_name(name).size() + 1 + label.size() > kMaxNameBytes) break;
        if (!name.domain.empty()) name.domain += '.';
        name.domain += label;
    }
    if (name.host.empty()) return std::nullopt;
    return name;
}

std::string full_name(const HostName& name)
{
    return name.domain.empty() ? name.host : name.host + "." + name.domain;
}

bool is_localhost(std::string_view name)
{
    auto first = name.substr(0, name.find('.'));
    return equals_ignoring_case(first, "localhost");
}

}  // namespace onectx
