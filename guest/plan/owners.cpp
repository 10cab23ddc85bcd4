// See owners.h.
#include "guest/plan/owners.h"

#include "common/text.h"

namespace onectx {
namespace {

// 2^32 - 1 means "leave it as it is" to chown(2) and can be nobody's number.
constexpr std::uint64_t kMaxId = 0xFFFFFFFE;

Result<std::uint32_t> id_of(std::string_view kind, const std::string& name, const char* path,
                            const FileReader& tree)
{
    if (auto number = parse_number(name, 0, kMaxId)) return static_cast<std::uint32_t>(*number);
    auto file = TRY(tree.read(path));
    auto id = file ? find_id(file->content, name) : std::nullopt;
    if (!id) return fail("no " + std::string(kind) + " is called " + printable(name));
    return *id;
}

}  // namespace

std::optional<std::uint32_t> find_id(std::string_view accounts, std::string_view name)
{
    for (auto line : split_lines(accounts)) {
        auto fields = split(line, ':');
        if (fields.size() < 3 || fields[0] != name) continue;
        if (auto number = parse_number(fields[2], 0, kMaxId))
            return static_cast<std::uint32_t>(*number);
        return std::nullopt;
    }
    return std::nullopt;
}

Result<OwnerIds> find_owner(const Owner& owner, const FileReader& tree)
{
    return OwnerIds
    {
        TRY(id_of("user", owner.user, "/etc/passwd", tree))
        , TRY(id_of("group", owner.group, "/etc/group", tree))
    };
}

}  // namespace onectx
