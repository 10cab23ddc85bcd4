// See classic_names.h.
#include "guest/model/classic_names.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

bool names_a_nic(const Context& context)
{
    return std::any_of(context.begin(), context.end(), [](const auto& variable) {
        const auto& [name, value] = variable;
        bool is_nic = name.starts_with("ETH") || name.starts_with("PCI");
        return is_nic && name.ends_with("_MAC") && !value.text.empty();
    });
}

const NetworkDevice* classic_device(const std::vector<NetworkDevice>& devices)
{
    const NetworkDevice* first = nullptr;
    for (const auto& device : devices) {
        if (device.name == "eth0") return &device;
        if (device.name == "lo") continue;
        if (first == nullptr || device.name < first->name) first = &device;
    }
    return first;
}

}  // namespace

Context with_classic_nic(const Context& context, const std::vector<NetworkDevice>& devices,
                         std::vector<Problem>& problems)
{
    auto address = value_of(context, "IP_PUBLIC");
    if (!address || names_a_nic(context)) return context;
    const auto* device = classic_device(devices);
    if (device == nullptr) {
        problems.push_back({"IP_PUBLIC", "no network device yet", false});
        return context;
    }
    auto result = context;
    const std::string nic = "ETH0";
    result[nic + "_MAC"] = {to_text(device->mac), 0};
    result[nic + "_IP"] = {std::string(*address), 0};
    if (auto mask = value_of(context, "NETMASK")) result[nic + "_MASK"] = {std::string(*mask), 0};
    if (auto gateway = value_of(context, "GATEWAY"))
        result[nic + "_GATEWAY"] = {std::string(*gateway), 0};
    return result;
}

}  // namespace onectx
