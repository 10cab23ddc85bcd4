// The addresses of a host, by /etc/hosts and DNS, with a time limit and without NSS (c-ares).
#pragma once

#include <string>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "guest/system/http/deadline.h"

namespace onectx {

// In the order in which they are to be tried (RFC 6724); an address is itself. Never empty.
[[nodiscard]] Result<std::vector<IpAddress>> resolve_host(const std::string& host,
                                                          const Deadline& deadline);

// The name of an address (RFC 1035, 3.5), without a dot at its end.
[[nodiscard]] Result<std::string> name_of_address(const IpAddress& address,
                                                  const Deadline& deadline);

}  // namespace onectx
