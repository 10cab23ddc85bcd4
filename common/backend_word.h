// The words for network back-ends: those of --backend, guest.conf and NETCFG_TYPE.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onectx {

// "networkmanager" -> "nm", "debian" -> "interfaces", … in any case (reference 2.5); absent for a
// word that is none.
[[nodiscard]] std::optional<std::string> backend_of_word(std::string_view word);

}  // namespace onectx
