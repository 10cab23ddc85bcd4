// Where the context comes from: what --context names, or the medium that is found. Gives text, not
// meaning; decides nothing about VMIDs.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"

namespace onectx {

struct SourceRequest {
    std::string path;                // --context; empty: find the medium
    std::chrono::milliseconds wait;  // for the medium (wait_limit() in expected.h)
};

enum class SourceKind {
    text,       // context.sh alone
    directory,  // with what lies beside it
    image,      // an ISO 9660 file system, in a file
    device,     // or on a device
};

struct Source {
    std::string text;         // of context.sh
    std::string description;  // "/dev/sr0", or the path that was given
    bool medium = false;      // it was found, not named
    SourceKind kind = SourceKind::text;
};

struct SourceSearch {
    std::optional<Source> source;   // absent: there is no context
    std::vector<Problem> problems;  // why not, and what else was passed over; never errors
};

// An error means that there is a context and it cannot be read; a file that is named and is empty,
// or is neither an image nor a text, is one, for who named it meant it to say something. What
// --context names and does not exist, or holds no context.sh, is absence with a problem that says
// so.
[[nodiscard]] Result<SourceSearch> load_context(const SourceRequest& request);

}  // namespace onectx
