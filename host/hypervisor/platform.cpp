// See platform.h.
#include "host/hypervisor/platform.h"

#include <string>
#include <utility>

#include "common/text.h"
#include "host/vm_devices.h"

namespace onectx {
namespace {

template <class T, std::size_t N>
std::optional<T> find_word(const std::pair<std::string_view, T> (&words)[N], std::string_view word)
{
    for (const auto& [name, value] : words)
        if (name == word) return value;
    return std::nullopt;
}

constexpr std::pair<std::string_view, Hypervisor> kHypervisors[] = {
    {"kvm", Hypervisor::kvm},
    {"xen3", Hypervisor::xen3},
    {"xen4", Hypervisor::xen4},
    {"lxc", Hypervisor::lxc},
    {"firecracker", Hypervisor::firecracker},
    {"vmware", Hypervisor::vmware},
};
constexpr std::pair<std::string_view, Toolstack> kToolstacks[] = {
    {"xl", Toolstack::xl},
    {"xm", Toolstack::xm},
};
constexpr std::pair<std::string_view, Machine> kMachines[] = {
    {"pc", Machine::pc},
    {"q35", Machine::q35},
    {"virt", Machine::virt},
};

}  // namespace

std::optional<Hypervisor> parse_hypervisor(std::string_view word)
{
    return find_word(kHypervisors, word);
}

std::optional<Toolstack> parse_toolstack(std::string_view word)
{
    return find_word(kToolstacks, word);
}

std::optional<Machine> parse_machine(std::string_view word)
{
    return find_word(kMachines, word);
}

bool is_xen(Hypervisor hypervisor)
{
    return hypervisor == Hypervisor::xen3 || hypervisor == Hypervisor::xen4;
}

std::optional<Toolstack> toolstack_of(const Platform& platform)
{
    if (platform.toolstack) return platform.toolstack;
    if (platform.hypervisor == Hypervisor::xen3) return Toolstack::xm;
    if (platform.hypervisor == Hypervisor::xen4) return Toolstack::xl;
    return std::nullopt;
}

Machine machine_of(const Platform& platform, const Template& parsed)
{
    if (platform.machine) return *platform.machine;
    for (const auto* os : vectors_named(parsed, "OS")) {
        auto machine = to_lower(value_or_empty(*os, "MACHINE"));
        if (machine.find("q35") != std::string::npos) return Machine::q35;
        if (machine == "virt" || machine.starts_with("virt-")) return Machine::virt;
    }
    return Machine::pc;
}

}  // namespace onectx
