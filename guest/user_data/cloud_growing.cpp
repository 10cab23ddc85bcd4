// growpart: which file systems take what their disks have gained. cloud-init names devices or mount
// points, and grows the partition only; here a mount point is grown with all that is below it.
#include <algorithm>

#include "common/text.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {
namespace {

void read_devices(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "growpart.devices";
    bool with_root = false;
    std::vector<std::string> others;
    for (auto& device : reader.texts(node, kKey)) {
        if (device == "/")
            with_root = true;
        else if (device.starts_with("/dev/"))
            reader.complain(node.at, kKey,
                            shown(device) + " is a device; name the mount point of its file system",
                            false);
        else
            others.push_back(std::move(device));
    }
    config.variables["GROW_ROOTFS"] = {with_root ? "YES" : "NO", std::string(kKey)};
    if (!others.empty()) config.variables["GROW_FS"] = {join(others, "\n"), std::string(kKey)};
}

}  // namespace

void read_growpart(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "growpart";
    config.variables.erase("GROW_ROOTFS");
    config.variables.erase("GROW_FS");
    if (is_null(node) || !reader.is_mapping(node, kKey)) return;
    for (const auto& key : node.keys)
        if (key.text != "mode" && key.text != "devices" && key.text != "ignore_growroot_disabled")
            reader.complain(key.at, kKey, shown(key.text) + " is no key of growpart", false);
    const auto* mode = node.find("mode");
    if (mode != nullptr && boolean_of(*mode) == false) {
        config.variables["GROW_ROOTFS"] = {"NO", "growpart.mode"};
        return;
    }
    if (mode != nullptr && mode->text != "auto" && mode->text != "growpart" &&
        mode->text != "gpart")
        reader.complain(mode->at, "growpart.mode", "must be auto, growpart or off", false);
    if (const auto* devices = node.find("devices")) read_devices(*devices, reader, config);
}

}  // namespace onectx
