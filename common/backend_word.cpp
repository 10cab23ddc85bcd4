// See backend_word.h.
#include "common/backend_word.h"

#include "common/text.h"

namespace onectx {
namespace {

struct Word {
    std::string_view word, backend;
};

constexpr Word kWords[] = {
    {"interfaces", "interfaces"},
    {"debian", "interfaces"},
    {"netplan", "netplan"},
    {"networkd", "networkd"},
    {"systemd", "networkd"},
    {"systemd-network", "networkd"},
    {"nm", "nm"},
    {"systemd-networkd", "networkd"},
    {"networkmanager", "nm"},
    {"scripts", "scripts"},
    {"redhat", "scripts"},
    {"netlink", "netlink"},
    {"none", "none"},
};

}  // namespace

std::optional<std::string> backend_of_word(std::string_view word)
{
    for (const auto& known : kWords)
        if (equals_ignoring_case(trim(word), known.word)) return std::string(known.backend);
    return std::nullopt;
}

}  // namespace onectx
