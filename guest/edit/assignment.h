// Files of shell assignments that distributions keep settings in (/etc/sysconfig/network,
// /etc/conf.d/hostname): one value is replaced, every other byte stays.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onectx {

// The text with the value of the last `NAME=…` line replaced, in double quotes when it was in
// quotes; what follows the value on its line stays. Absent when no line assigns the name. The value
// must be made of characters that mean nothing to a shell.
[[nodiscard]] std::optional<std::string> with_assignment(std::string_view text,
                                                         std::string_view name,
                                                         std::string_view value);

}  // namespace onectx
