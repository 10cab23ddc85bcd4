// Where a device is on the PCI bus, as lspci(8) and sysfs write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onectx {

// "0000:01:00.0", from that or from "01:00.0", with digits in either case.
[[nodiscard]] std::optional<std::string> parse_pci_address(std::string_view text);

// The PCI device nearest to the end of a path of sysfs, however many buses (virtio, auxiliary) come
// behind it; empty when there is none. udev's ID_PATH counts like this.
[[nodiscard]] std::string pci_address_in_path(std::string_view path);

}  // namespace onectx
