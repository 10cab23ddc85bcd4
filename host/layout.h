// The tree of the image as a value: context.sh, the attachments, and the directories above them.
// Decides modes; refuses two files of one name and names that the image could not carry unchanged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/result.h"
#include "host/files.h"

namespace onectx {

inline constexpr std::string_view kContextFile = "context.sh";
inline constexpr std::string_view kTokenFile = "token.txt";

struct TreeEntry {
    std::string path;   // relative, components parted by '/'
    unsigned mode = 0;  // permission bits; owner and group are 0
    EntryContent content;
};

using ImageTree = std::vector<TreeEntry>;  // by byte order of the paths: parents come first

// `context_sh` is the text of context.sh. With Joliet a name has at most 103 UTF-16 units, must be
// valid UTF-8 and must not become the same as another one there. More than guests read of an image
// (kMaxIsoBytes) is refused.
[[nodiscard]] Result<ImageTree> lay_out(std::string context_sh, std::vector<Attachment> attachments,
                                        bool joliet);

// The complaint about a second file of one name.
[[nodiscard]] Failure name_is_taken(std::string_view path);

// Of all files together.
[[nodiscard]] std::uint64_t content_bytes(const ImageTree& tree);

// Whether others must not read the image: it holds a secret with a value, or a token.
[[nodiscard]] bool is_private(const Context& context, const ImageTree& tree);

}  // namespace onectx
