// See rc_links.h.
#include "guest/install/rc_links.h"

#include "common/text.h"

namespace onectx {

std::optional<RcLink> parse_rc_link(std::string_view name)
{
    if (name.size() < 4 || (name[0] != 'S' && name[0] != 'K')) return std::nullopt;
    auto number = parse_number(name.substr(1, 2), 0, 99);
    if (!number) return std::nullopt;
    return RcLink{name[0], static_cast<unsigned>(*number), std::string(name.substr(3))};
}

std::string to_text(const RcLink& link)
{
    auto digits = std::to_string(link.number);
    return link.kind + (digits.size() < 2 ? "0" + digits : digits) + link.script;
}

std::vector<RcLink> rc_links(const FileReader& tree, std::string_view directory)
{
    std::vector<RcLink> links;
    auto names = tree.list(directory);
    if (!names) return links;
    for (const auto& name : *names)
        if (auto link = parse_rc_link(name)) links.push_back(std::move(*link));
    return links;
}

std::vector<std::string> rc_directories(const FileReader& tree, std::string_view levels)
{
    std::vector<std::string> directories;
    for (char level : levels) {
        auto path = std::string("/etc/rc") + level + ".d";
        auto status = tree.status(path);
        if (status && *status) directories.push_back(std::move(path));
    }
    return directories;
}

}  // namespace onectx
