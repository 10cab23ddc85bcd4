// A context that --context names, and what any context comes to, named or found (source_search.h).
// Gives text, not meaning; decides nothing about VMIDs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/carried_file.h"
#include "guest/model/change.h"

namespace onectx {

enum class SourceKind {
    text,       // context.sh alone
    directory,  // with what lies beside it
    image,      // an ISO 9660 file system, in a file
    device,     // or on a device
    carried,    // text and files that lie on no medium
};

struct Source {
    std::string text;         // of context.sh
    std::string description;  // "/dev/sr0", or the path that was given
    bool lasting = false;     // found, not named: it is there for as long as the machine is
    SourceKind kind = SourceKind::text;
    std::vector<CarriedFile> files = {};
    bool is_metadata = false;  // of a service, to be kept for when it does not answer
    bool is_news = false;      // what was kept before is another text
};

struct SourceSearch {
    std::optional<Source> source;   // absent: there is no context
    std::vector<Problem> problems;  // why not, and what else was passed over; never errors
};

// An error means that there is a context and it cannot be read; a file that is named and is empty,
// or is neither an image nor a text, is one, for who named it meant it to say something. What
// --context names and does not exist, or holds no context.sh, is absence with a problem that says
// so.
[[nodiscard]] Result<SourceSearch> load_context(const std::string& path);

}  // namespace onectx
