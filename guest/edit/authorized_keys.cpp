// See authorized_keys.h.
#include "guest/edit/authorized_keys.h"

#include <set>

#include "common/ssh_key.h"
#include "common/text.h"
#include "guest/edit/managed_block.h"

namespace onectx {
namespace {

constexpr BlockMarkers kMarkers{"# BEGIN onectx", "# END onectx"};

}  // namespace

std::string with_keys(std::string_view text, const std::vector<std::string>& keys)
{
    std::set<std::string> held;
    for (const auto& line : foreign_lines(text, kMarkers))
        if (auto key = parse_ssh_key(trim(line))) held.insert(std::move(key->blob));

    std::vector<std::string> ours;
    for (const auto& line : keys) {
        auto key = parse_ssh_key(line);
        if (key && !held.contains(key->blob)) ours.push_back(line);
    }
    return with_managed_block(text, kMarkers, ours);
}

std::string keys_in(std::string_view text)
{
    return block_in(text, kMarkers);
}

}  // namespace onectx
