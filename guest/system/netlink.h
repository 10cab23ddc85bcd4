// The links of this machine as the kernel lists them over rtnetlink(7): no /sys is needed, and the
// address burnt into a NIC is told too.
// Promises to read nothing outside a message, whatever its lengths say.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/result.h"

namespace onectx {

struct Link {  // of Ethernet kind: six octets of hardware address
    int index = 0;
    std::string name;
    Mac mac;
    std::optional<Mac> permanent_mac;  // kernel 5.6 and later, where the driver tells it

    bool operator==(const Link&) const = default;
};

// All Ethernet links of this network name space, by index.
[[nodiscard]] Result<std::vector<Link>> list_links();

// What one datagram of an answer to RTM_GETLINK came to.
enum class Dump { more, done, interrupted };  // interrupted: links changed meanwhile, ask again

// Appends the links of the datagram. A message that is cut short, or an error from the kernel, is
// an error.
[[nodiscard]] Result<Dump> read_links(std::span<const std::byte> datagram,
                                      std::vector<Link>& links);

}  // namespace onectx
