// See keys_record.h.
#include "guest/plan/keys_record.h"

#include "common/text.h"
#include "common/user_name.h"

namespace onectx {

Result<KeysRecord> read_keys_record(const FileReader& tree)
{
    KeysRecord record;
    auto file = TRY(tree.read(kKeysRecord));
    if (!file) return record;
    for (auto line : split_lines(file->content)) {
        auto blank = line.find(' ');
        if (blank == std::string_view::npos) continue;
        auto user = line.substr(0, blank);
        auto path = line.substr(blank + 1);
        if (is_user_name(user) && path.starts_with('/')) record.emplace(user, path);
    }
    return record;
}

WriteFile keys_record_file(const KeysRecord& record)
{
    std::string text;
    for (const auto& [user, path] : record)
        text += user + " " + path + "\n";
    return {.path = std::string(kKeysRecord),
            .content = std::move(text),
            .mode = 0600,
            .watched = false};
}

}  // namespace onectx
