// hosts(5): one managed line that carries this machine's names. Every other byte stays, lines that
// name localhost above all: reference 5.52 tells what happens when a tool replaces one.
#pragma once

#include <string>
#include <string_view>

#include "guest/model/settings.h"

namespace onectx {

// The text with exactly one line `127.0.1.1 FQDN HOST # onectx`. It takes the place of the first
// line that has our mark, or the mark of the older package (# one-contextd); other such lines go.
// Without one it stands below the first localhost line, and before any other entry, because the
// first line with a name wins. A line that names localhost is never taken for ours.
[[nodiscard]] std::string with_host_line(std::string_view text, const HostnameWish& name);

// Our line in the text; empty when there is none.
[[nodiscard]] std::string host_line_in(std::string_view text);

}  // namespace onectx
