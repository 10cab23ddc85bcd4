// An EC2-style metadata service asked: http, plain, at an address that only the machine's own host
// should have. It is asked for nothing unless guest.conf says so.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "guest/model/settings.h"

namespace onectx {

struct MetadataAnswer {
    std::optional<std::string> text;  // of a context.sh
    std::string silence;              // why there is none: nobody answers, or with nothing
};

// With a token of the service where `policy.metadata_token` wants it and for no longer than
// `policy.metadata_seconds`. No proxy is used and no redirect followed. An error means that
// somebody answers, and not all of it can be read: what is missing must not be taken for unset.
[[nodiscard]] Result<MetadataAnswer> ask_metadata(const Policy& policy);

}  // namespace onectx
