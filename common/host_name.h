// A text made into a name that a machine can have. Whatever people write (virtual machine names
// with blanks and underscores, mostly) gives a name of RFC 1123, or none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onectx {

struct HostName {
    std::string host;    // the first label, at most 63 characters
    std::string domain;  // the rest; empty for a bare name
};

// Per label: characters outside [A-Za-z0-9-] become '-', '-' at both ends goes, an empty label
// goes, 63 characters stay. Labels at the end go until the whole has at most 253 characters. Absent
// when nothing is left.
[[nodiscard]] std::optional<HostName> clean_host_name(std::string_view text);

// Host and domain as one name.
[[nodiscard]] std::string full_name(const HostName& name);

// "localhost", or a name below it: RFC 6761 keeps it for the loopback of every machine.
[[nodiscard]] bool is_localhost(std::string_view name);

}  // namespace onectx
