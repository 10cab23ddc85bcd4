// See instance.h.
#include "guest/plan/instance.h"

#include "common/text.h"

namespace onectx {

std::string instance_of(const PlanInput& input)
{
    constexpr std::string_view kProductId = "/sys/class/dmi/id/product_uuid";
    if (!input.settings.vmid.empty()) return input.settings.vmid;
    auto id = input.tree.read(kProductId);
    return id && *id ? std::string(trim((*id)->content)) : "";
}

}  // namespace onectx
