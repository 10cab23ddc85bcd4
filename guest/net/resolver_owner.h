// Who writes /etc/resolv.conf, by where it leads and by what the tree holds. Nothing is asked of a
// running daemon.
#pragma once

#include "common/result.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kResolvConf = "/etc/resolv.conf";

enum class ResolverOwner {
    nobody,           // a plain file, which is ours to edit
    resolved,         // systemd-resolved
    network_manager,  // from its profiles
    resolvconf,       // resolvconf(8) of Debian
    openresolv,       // another program of that name
    netconfig,        // netconfig(8) of SUSE
    somebody,         // a link to what we do not know
};

// `uses_nm`: NetworkManager has the links, so it writes the file unless it is told not to.
[[nodiscard]] Result<ResolverOwner> find_resolver_owner(const FileReader& tree, bool uses_nm);

}  // namespace onectx
