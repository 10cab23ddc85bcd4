// What the metadata service said last, kept for the time before networking and for boots in which
// it does not answer: for this machine alone, which its firmware tells from a clone.
#pragma once

#include <optional>
#include <string>

#include "guest/model/change.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kMetadataCache = "/var/lib/onectx/metadata";

// The text of context.sh. Absent where none is kept, or it is another machine's.
[[nodiscard]] std::optional<std::string> cached_metadata(const FileReader& tree);

// The file that keeps a text, for root alone. Absent where the firmware has no number of its own.
[[nodiscard]] std::optional<WriteFile> cache_of_metadata(const std::string& text,
                                                         const FileReader& tree);

}  // namespace onectx
