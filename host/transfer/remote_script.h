// What runs on the other machine: a POSIX shell script that puts its standard input in place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/transfer/target.h"

namespace onectx {

// The last line that the script prints once the image is in place, and nothing else does.
inline constexpr std::string_view kStoredMark = "onectx-stored";

// The command for ssh, quoted for the login shell there. Exactly `bytes` must arrive, else the
// target stays as it was: the image is written under a temporary name beside it, synced and
// renamed, and goes away however the script ends before that. What exists keeps its mode (but
// for the rights of others when the image is private), and its owner as far as allowed; a link
// gives way unless a block device is at its end. That is written in place, once its size is known
// to do, and what lies behind the image becomes zeros.
[[nodiscard]] std::string remote_command(const TransferTarget& target, std::uint64_t bytes,
                                         bool is_private);

}  // namespace onectx
