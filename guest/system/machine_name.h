// What DNS calls this machine.
#pragma once

#include <chrono>
#include <optional>

#include "guest/model/facts.h"

namespace onectx {

// The name of its first address (guest/model/address_name.h), within the limit. Whatever is in the
// way of it is a fact too.
[[nodiscard]] AddressName name_of_machine(const std::optional<KernelNetwork>& network,
                                          std::chrono::milliseconds limit);

}  // namespace onectx
