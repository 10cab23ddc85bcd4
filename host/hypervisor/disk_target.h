// Names of disks in a machine (hda, sdb, vdc, xvdd) as values, and the numbers that Xen has for
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/hypervisor/platform.h"
#include "host/template.h"

namespace onectx {

struct DiskTarget {
    std::string prefix;       // "hd", "sd", "vd", "xvd", "fd", or another word of letters
    unsigned index = 0;       // a is 0, z 25, aa 26
    std::string device_type;  // what stands behind ':', "cdrom" in "xvdc:cdrom"; empty: nothing

    // Two disks of a machine cannot have the same name, whatever their kind.
    [[nodiscard]] bool same_place(const DiskTarget& other) const
    {
        return prefix == other.prefix && index == other.index;
    }
};

// Small letters only, one of the five prefixes and at most three letters after it.
[[nodiscard]] std::optional<DiskTarget> parse_disk_target(std::string_view text);

// "xvdc", without the device type.
[[nodiscard]] std::string device_name(const DiskTarget& target);

// The number by which Xen knows a device, and the other way round ("xvdb", "xvda1", "hdc"). Xen's
// public document xen-vbd-interface(7): the majors of Linux for hd and sd, 202 for xvd, and an
// extended form for xvd beyond p.
[[nodiscard]] std::optional<std::uint32_t> xen_device_number(const DiskTarget& target);
[[nodiscard]] std::optional<std::string> xen_device_name(std::uint32_t number);

// How many letters Xen's toolstacks have for a prefix: xvda to xvdp, hda to hdt, sda to sdiv.
[[nodiscard]] unsigned xen_letters(std::string_view prefix);

// TARGET of the CONTEXT section when it has none, as context_disk_vars gives it out for this
// machine.
[[nodiscard]] DiskTarget default_context_target(const Template& parsed, Machine machine);

}  // namespace onectx
