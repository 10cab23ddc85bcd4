// The pieces of an init.sh as text: host/cd/*.sh, each a script of its own for shellcheck.
#pragma once

#include <string_view>

namespace onectx {

extern const std::string_view kCdHead;
extern const std::string_view kCdPortable;
extern const std::string_view kCdBundle;
extern const std::string_view kCdTail;

}  // namespace onectx
