// See joliet.h.
#include "host/joliet.h"

#include <unordered_map>

#include "common/text.h"
#include "common/utf8.h"

namespace onectx {
namespace {

// Joliet says 64 units, every reader takes 103 (the most that fits a directory record).
constexpr std::size_t kMaxJolietUnits = 103;
constexpr std::string_view kRemedy = " (--no-joliet)";

Failure refuse(const std::string& message)
{
    return fail(message + std::string(kRemedy));
}

Result<void> check_name(std::string_view name)
{
    const auto units = utf16_units(name);
    if (!units) return refuse("not valid UTF-8, which Joliet needs");
    if (*units > kMaxJolietUnits)
        return refuse("longer than the " + std::to_string(kMaxJolietUnits) +
                      " characters of Joliet");
    if (name.find_first_not_of('.') == std::string_view::npos)
        return refuse("nothing but dots, which Joliet drops");
    return {};
}

}  // namespace

std::string joliet_path(std::string_view path)
{
    constexpr std::string_view kForbidden = "*:;?\\";
    std::string mapped;
    for (auto component : split(path, '/')) {
        if (!mapped.empty()) mapped += '/';
        component = component.substr(0, component.find_last_not_of('.') + 1);
        for (char c : component) {
            const bool control = static_cast<unsigned char>(c) < ' ';
            mapped += control || kForbidden.find(c) != std::string_view::npos ? '_' : c;
        }
    }
    return mapped;
}

Result<void> check_joliet_names(const ImageTree& tree)
{
    std::unordered_map<std::string, std::string_view> taken;
    for (const auto& entry : tree) {
        const std::string_view path = entry.path;
        const auto name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
        TRY(in_context("'" + printable(path) + "'", check_name(name)));
        auto [other, is_new] = taken.emplace(joliet_path(path), path);
        if (is_new) continue;
        return refuse("'" + printable(path) + "' and '" + printable(other->second) +
                      "' would both be '" + printable(other->first) + "' in Joliet");
    }
    return {};
}

}  // namespace onectx
