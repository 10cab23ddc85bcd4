// How long the context medium is waited for: long where firmware or an earlier boot says that this
// machine has one, short elsewhere, so that an ordinary machine does not boot later for our sake.
#pragma once

#include <chrono>
#include <string_view>

#include "guest/model/reader.h"
#include "guest/model/settings.h"

namespace onectx {

// Left behind by the first run that found a context; it holds kSeenElsewhere where that was on no
// medium.
inline constexpr std::string_view kContextSeen = "/var/lib/onectx/context-seen";
inline constexpr std::string_view kSeenElsewhere = "on no medium\n";

// Whether kContextSeen is there.
[[nodiscard]] bool had_context(const FileReader& tree);

// A field of the DMI table names OpenNebula, or the last context was on a medium.
[[nodiscard]] bool is_context_expected(const FileReader& tree);

[[nodiscard]] std::chrono::milliseconds wait_limit(const Policy& policy, bool expected);

}  // namespace onectx
