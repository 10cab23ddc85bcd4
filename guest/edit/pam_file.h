// pam.d(5): lines of one module are put out of action by a prefix, and put back in by taking it
// off. Every other byte stays.
#pragma once

#include <string>
#include <string_view>

namespace onectx {

// The text with the lines that load `module` ("pam_securetty.so") active or not. Comments of others
// stay comments; the mark of the older package ("# one-contextd" at the end of a line) is ours too.
[[nodiscard]] std::string with_pam_module(std::string_view text, std::string_view module,
                                          bool active);

}  // namespace onectx
