// See machine_name.h.
#include "guest/system/machine_name.h"

#include "guest/model/address_name.h"
#include "guest/system/http/resolve.h"

namespace onectx {

AddressName name_of_machine(const std::optional<KernelNetwork>& network,
                            std::chrono::milliseconds limit)
{
    const auto address = network ? first_address(*network) : std::nullopt;
    if (!address) return {.name = {}, .failure = "this machine has no address"};
    auto name = name_of_address(*address, Deadline(limit));
    if (!name) return {.name = {}, .failure = std::move(name).error().message};
    return {.name = std::move(*name), .failure = {}};
}

}  // namespace onectx
