// What a machine runs on: hypervisor, Xen's toolstack, kind of main board.
#pragma once

#include <optional>
#include <string_view>

#include "host/template.h"

namespace onectx {

enum class Hypervisor { kvm, xen3, xen4, lxc, firecracker, vmware };
enum class Toolstack { xl, xm };  // xm is xend's
enum class Machine { pc, q35, virt };

struct Platform {
    std::optional<Hypervisor> hypervisor = {};  // absent: any
    std::optional<Toolstack> toolstack = {};    // absent: what the hypervisor implies
    std::optional<Machine> machine = {};        // absent: what the template says, else pc
};

[[nodiscard]] std::optional<Hypervisor> parse_hypervisor(std::string_view word);
[[nodiscard]] std::optional<Toolstack> parse_toolstack(std::string_view word);
[[nodiscard]] std::optional<Machine> parse_machine(std::string_view word);

[[nodiscard]] bool is_xen(Hypervisor hypervisor);

// The one given, else what OpenNebula's drivers call: xen3 xm, xen4 xl. Absent when neither says.
[[nodiscard]] std::optional<Toolstack> toolstack_of(const Platform& platform);

// The one given, else that of OS/MACHINE: "pc-q35-7.2" is q35, "virt-6.2" is virt, the rest pc.
[[nodiscard]] Machine machine_of(const Platform& platform, const Template& parsed);

}  // namespace onectx
