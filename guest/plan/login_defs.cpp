// See login_defs.h.
#include "guest/plan/login_defs.h"

#include <charconv>
#include <map>
#include <string>

#include "common/text.h"

namespace onectx {
namespace {

using Definitions = std::map<std::string, std::string, std::less<>>;

Definitions read_definitions(std::string_view text)
{
    Definitions definitions;
    for (auto line : split_lines(text)) {
        line = trim(line.substr(0, line.find('#')));
        auto blank = line.find_first_of(" \t");
        if (blank == std::string_view::npos) continue;
        definitions.insert_or_assign(std::string(line.substr(0, blank)),
                                     std::string(trim(line.substr(blank))));
    }
    return definitions;
}

void take_number(const Definitions& definitions, std::string_view name, std::uint64_t& value)
{
    // Ids end below the two that setreuid(2) and its kin read as "leave it".
    constexpr std::uint64_t kLastId = 0xFFFFFFFD;
    auto found = definitions.find(name);
    if (found == definitions.end()) return;
    if (auto number = parse_number(found->second, 0, kLastId)) value = *number;
}

void take_range(const Definitions& definitions, const std::string& name, IdRange& range)
{
    auto wanted = range;
    take_number(definitions, name + "_MIN", wanted.first);
    take_number(definitions, name + "_MAX", wanted.last);
    if (wanted.first > 0 && wanted.first <= wanted.last) range = wanted;
}

// Permission bits in octal.
std::optional<unsigned> mode_of(const Definitions& definitions, std::string_view name)
{
    auto found = definitions.find(name);
    if (found == definitions.end()) return std::nullopt;
    const auto& text = found->second;
    unsigned mode = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (problem != std::errc() || end != text.data() + text.size() || mode > 0777)
        return std::nullopt;
    return mode;
}

}  // namespace

LoginDefs parse_login_defs(std::string_view text)
{
    auto definitions = read_definitions(text);
    LoginDefs defs;
    take_range(definitions, "UID", defs.uids);
    take_range(definitions, "GID", defs.gids);
    take_range(definitions, "SYS_UID", defs.system_uids);
    take_range(definitions, "SYS_GID", defs.system_gids);
    take_range(definitions, "SUB_UID", defs.sub_uids);
    take_range(definitions, "SUB_GID", defs.sub_gids);
    take_number(definitions, "SUB_UID_COUNT", defs.sub_uid_count);
    take_number(definitions, "SUB_GID_COUNT", defs.sub_gid_count);
    if (auto umask = mode_of(definitions, "UMASK")) defs.home_mode = 0777U & ~*umask;
    if (auto mode = mode_of(definitions, "HOME_MODE")) defs.home_mode = *mode;
    return defs;
}

Result<LoginDefs> read_login_defs(const FileReader& tree)
{
    for (std::string_view path : {"/etc/login.defs", "/usr/etc/login.defs"})
        if (auto file = TRY(tree.read(path))) return parse_login_defs(file->content);
    return LoginDefs{};
}

}  // namespace onectx
