// See nics.h.
#include "guest/system/nics.h"

#include <libudev.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "guest/model/pci_address.h"
#include "guest/plan/find_device.h"
#include "guest/system/files.h"
#include "guest/system/rtnetlink.h"

namespace onectx {
namespace {

using std::chrono::milliseconds;

struct Unref {
    void operator()(udev* context) const { udev_unref(context); }
    void operator()(udev_monitor* monitor) const { udev_monitor_unref(monitor); }
    void operator()(udev_device* device) const { udev_device_unref(device); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string target_of(const FileReader& tree, const std::string& link)
{
    const auto target = tree.link_target(link);
    return target ? target->value_or("") : "";
}

// The last component of what a link points to: sysfs names drivers and buses by such links.
std::string name_behind(const FileReader& tree, const std::string& link)
{
    const auto target = target_of(tree, link);
    return target.substr(target.rfind('/') + 1);
}

void add_parent(const FileReader& tree, NetworkDevice& nic)
{
    const auto link = "/sys/class/net/" + nic.name;
    const auto device = link + "/device";
    nic.bus = name_behind(tree, device + "/subsystem");
    nic.driver = name_behind(tree, device + "/driver");
    // Its own link goes through all of its ancestors, the parent's begins at the NIC.
    nic.pci_address = pci_address_in_path(target_of(tree, link));
    if (nic.pci_address.empty()) nic.pci_address = pci_address_in_path(target_of(tree, device));
}

bool udevd_runs(const FileReader& tree)
{
    const auto control = tree.status("/run/udev/control");
    return control && control->has_value();
}

// Without a udev context, or for a device that is gone, there is nobody to wait for.
bool is_initialized(udev* context, const std::string& name)
{
    const Owned<udev_device> device(
        udev_device_new_from_subsystem_sysname(context, "net", name.c_str()));
    return !device || udev_device_get_is_initialized(device.get()) != 0;
}

Result<Owned<udev_monitor>> listen_for_nics(udev* context, bool udevd)
{
    Owned<udev_monitor> monitor(udev_monitor_new_from_netlink(context, udevd ? "udev" : "kernel"));
    if (!monitor) return os_failure();
    if (udev_monitor_filter_add_match_subsystem_devtype(monitor.get(), "net", nullptr) < 0)
        return os_failure();
    if (const int code = udev_monitor_enable_receiving(monitor.get()); code < 0)
        return os_failure(-code);
    return monitor;
}

// Whether anything came within the time. What it was does not matter: the links are listed anew.
Result<bool> wait_for_event(udev_monitor* monitor, milliseconds limit)
{
    pollfd waiting{udev_monitor_get_fd(monitor), POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::max(limit, milliseconds{0}).count()));
    if (ready < 0 && errno != EINTR) return os_failure();
    if (ready <= 0) return ready < 0;
    while (Owned<udev_device>(udev_monitor_receive_device(monitor))) {
    }
    return true;
}

}  // namespace

Result<std::vector<NetworkDevice>> nics_of_tree(const FileReader& tree)
{
    std::vector<NetworkDevice> nics;
    for (const auto& name : TRY(tree.list("/sys/class/net"))) {
        // Not each name there is a device (bonding_masters), and not each device has six octets.
        const auto address = tree.read("/sys/class/net/" + name + "/address");
        const auto mac =
            address && *address ? parse_mac((*address)->content) : std::optional<Mac>{};
        if (!mac || *mac == Mac{}) continue;
        NetworkDevice nic{.name = name, .mac = *mac};
        add_parent(tree, nic);
        nics.push_back(std::move(nic));
    }
    return nics;
}

Result<std::vector<NetworkDevice>> nics_of_kernel(const FileReader& tree)
{
    const Owned<udev> context(udevd_runs(tree) ? udev_new() : nullptr);
    std::vector<NetworkDevice> nics;
    for (auto& link : TRY(list_links())) {
        NetworkDevice nic{
            .name = std::move(link.name), .mac = link.mac, .permanent_mac = link.permanent_mac};
        add_parent(tree, nic);
        nic.initialized = !context || is_initialized(context.get(), nic.name);
        nics.push_back(std::move(nic));
    }
    return nics;
}

std::vector<Nic> without_device(const std::vector<Nic>& wanted,
                                const std::vector<NetworkDevice>& devices)
{
    std::vector<Nic> missing;
    for (auto nic : wanted) {
        const auto* device = find_device(devices, nic);
        if (device == nullptr || !device->initialized) missing.push_back(std::move(nic));
    }
    return missing;
}

Result<std::vector<Nic>> wait_for_nics(const std::vector<Nic>& wanted, milliseconds limit,
                                       const FileReader& tree)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + limit;
    auto missing = without_device(wanted, TRY(nics_of_kernel(tree)));
    if (missing.empty()) return missing;
    const Owned<udev> context(udev_new());
    if (!context) return os_failure(ENOMEM);
    const auto monitor = listen_for_nics(context.get(), udevd_runs(tree));
    if (!monitor) return missing;
    for (;;) {
        // Again after the subscription, so that no device falls between.
        missing = without_device(wanted, TRY(nics_of_kernel(tree)));
        const auto rest = std::chrono::ceil<milliseconds>(end - Clock::now());
        if (missing.empty() || rest <= milliseconds{0}) return missing;
        TRY(in_context("listen for network devices", wait_for_event(monitor->get(), rest)));
    }
}

}  // namespace onectx
