// See layout.h.
#include "host/layout.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "host/joliet.h"

namespace onectx {
namespace {

constexpr unsigned kPrivateMode = 0400;
constexpr unsigned kFileMode = 0444;
constexpr unsigned kExecutableMode = 0555;
constexpr unsigned kDirectoryMode = 0555;

using Tree = std::map<std::string, TreeEntry, std::less<>>;

Result<void> check_name(std::string_view name)
{
    if (name.size() <= kMaxFileNameBytes) return {};
    return fail("longer than " + std::to_string(kMaxFileNameBytes) + " bytes");
}

Result<void> add_parents(Tree& tree, std::string_view path)
{
    for (auto end = path.find('/'); end != std::string_view::npos; end = path.find('/', end + 1)) {
        std::string parent(path.substr(0, end));
        auto [entry, added] = tree.try_emplace(parent, parent, kDirectoryMode, DirectoryEntry{});
        if (!added && !std::holds_alternative<DirectoryEntry>(entry->second.content))
            return fail("'" + printable(parent) + "' is a file already");
    }
    return {};
}

TreeEntry entry_of(Attachment attachment)
{
    if (std::holds_alternative<DirectoryEntry>(attachment.content))
        return {std::move(attachment.path), kDirectoryMode, DirectoryEntry{}};
    auto mode = attachment.path == kTokenFile ? kPrivateMode
                : attachment.executable       ? kExecutableMode
                                              : kFileMode;
    return {std::move(attachment.path), mode, std::move(attachment.content)};
}

}  // namespace

Result<ImageTree> lay_out(std::string context_sh, std::vector<Attachment> attachments, bool joliet)
{
    Tree tree;
    std::string context_path(kContextFile);
    tree.emplace(context_path, TreeEntry{context_path, kPrivateMode, std::move(context_sh)});
    for (auto& attachment : attachments) {
        auto path = attachment.path;
        auto shown = "'" + printable(path) + "'";
        if (split(path, '/').size() > kMaxIsoDepth) return fail(shown + " is nested too deep");
        for (auto component : split(path, '/'))
            TRY(in_context(shown, check_name(component)));
        TRY(in_context(shown, add_parents(tree, path)));
        if (!tree.try_emplace(path, entry_of(std::move(attachment))).second)
            return name_is_taken(path);
    }
    ImageTree result;
    result.reserve(tree.size());
    for (auto& [path, entry] : tree)
        result.push_back(std::move(entry));
    if (joliet) TRY(check_joliet_names(result));
    if (content_bytes(result) > kMaxIsoBytes) {
        return fail("the files together are larger than " + std::to_string(kMaxIsoBytes >> 30U) +
                    " GiB");
    }
    return result;
}

Failure name_is_taken(std::string_view path)
{
    return fail("'" + printable(path) +
                "' is on the image already; write path:name to give another name");
}

std::uint64_t content_bytes(const ImageTree& tree)
{
    std::uint64_t bytes = 0;
    for (const auto& entry : tree) {
        if (const auto* file = std::get_if<SourceFile>(&entry.content)) bytes += file->size;
        if (const auto* text = std::get_if<std::string>(&entry.content)) bytes += text->size();
    }
    return bytes;
}

bool is_private(const Context& context, const ImageTree& tree)
{
    auto is_secret = [](const auto& variable) {
        return !variable.second.text.empty() && is_secret_name(variable.first);
    };
    auto is_token = [](const TreeEntry& entry) { return entry.path == kTokenFile; };
    return std::any_of(context.begin(), context.end(), is_secret) ||
           std::any_of(tree.begin(), tree.end(), is_token);
}

}  // namespace onectx
