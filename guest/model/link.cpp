// See link.h.
#include "guest/model/link.h"

#include "common/text.h"

namespace onectx {
namespace {

std::string text_of(const Route& route)
{
    auto text =
        to_text(route.destination) + " via " + (route.gateway ? to_text(*route.gateway) : "link");
    if (route.metric) text += " metric " + std::to_string(*route.metric);
    if (route.on_link) text += " onlink";
    return text;
}

}  // namespace

std::string to_text(const LinkItem& item)
{
    if (const auto* address = std::get_if<IpPrefix>(&item)) return to_text(*address);
    return text_of(std::get<Route>(item));
}

std::string_view to_text(Ipv6Mode mode)
{
    switch (mode) {
        case Ipv6Mode::off: return "off";
        case Ipv6Mode::fixed: return "static";
        case Ipv6Mode::announced: return "announced";
    }
    return "";
}

std::optional<LinkItem> parse_link_item(std::string_view text)
{
    auto words = split_words(text);
    auto prefix = words.empty() ? std::nullopt : parse_prefix(words[0]);
    if (!prefix) return std::nullopt;
    if (words.size() == 1) return *prefix;
    if (words.size() < 3 || words[1] != "via") return std::nullopt;
    Route route{.destination = *prefix};
    if (words[2] != "link") {
        route.gateway = parse_ip(words[2]);
        if (!route.gateway) return std::nullopt;
    }
    std::size_t next = 3;
    if (next + 1 < words.size() && words[next] == "metric") {
        auto metric = parse_number(words[next + 1], 0, UINT32_MAX);
        if (!metric) return std::nullopt;
        route.metric = static_cast<unsigned>(*metric);
        next += 2;
    }
    if (next < words.size() && words[next] == "onlink") {
        route.on_link = true;
        ++next;
    }
    return next == words.size() ? std::optional<LinkItem>(route) : std::nullopt;
}

}  // namespace onectx
