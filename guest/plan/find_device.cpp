// See find_device.h.
#include "guest/plan/find_device.h"

#include <string_view>

namespace onectx {
namespace {

// The only device at a PCI address. A card may have several behind one; which is meant is not
// known.
const NetworkDevice* find_by_pci_address(const std::vector<NetworkDevice>& devices,
                                         std::string_view address)
{
    const NetworkDevice* found = nullptr;
    for (const auto& device : devices) {
        if (address.empty() || device.pci_address != address) continue;
        if (found != nullptr) return nullptr;
        found = &device;
    }
    return found;
}

}  // namespace

const NetworkDevice* find_by_mac(const std::vector<NetworkDevice>& devices, const Mac& mac)
{
    const NetworkDevice* best = nullptr;
    auto rank = [&](const NetworkDevice& device) {
        return (device.permanent_mac == mac ? 2 : 0) + (device.bus.empty() ? 0 : 1);
    };
    for (const auto& device : devices) {
        if (device.mac != mac && device.permanent_mac != mac) continue;
        if (best == nullptr || rank(device) > rank(*best)) best = &device;
    }
    return best;
}

const NetworkDevice* find_device(const std::vector<NetworkDevice>& devices, Nic& nic)
{
    const auto* device = find_by_pci_address(devices, nic.pci_address);
    if (device != nullptr || !nic.mac) return device;
    device = find_by_mac(devices, *nic.mac);
    if (device != nullptr) nic.pci_address.clear();
    return device;
}

}  // namespace onectx
