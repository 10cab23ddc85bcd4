// See metadata_cache.h.
#include "guest/system/metadata_cache.h"

#include "guest/system/instance.h"

namespace onectx {

std::optional<std::string> cached_metadata(const FileReader& tree)
{
    const auto uuid = firmware_uuid(tree);
    const auto file = tree.read(kMetadataCache);
    if (uuid.empty() || !file || !*file) return std::nullopt;
    auto& text = (*file)->content;
    if (!text.starts_with(uuid + "\n")) return std::nullopt;
    return text.substr(uuid.size() + 1);
}

std::optional<WriteFile> cache_of_metadata(const std::string& text, const FileReader& tree)
{
    const auto uuid = firmware_uuid(tree);
    if (uuid.empty()) return std::nullopt;
    return WriteFile{.path = std::string(kMetadataCache),
                     .content = uuid + "\n" + text,
                     .mode = 0600,
                     .owner = {},
                     .secret = true};
}

}  // namespace onectx
