// What makes a machine itself and is wrong in a copy of it: the files that `seal` removes from an
// image and that a new instance of a sealed image starts without. Logs, accounts and settings are
// none of it: they say what happened and what was wanted, not who the machine is.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/reader.h"

namespace onectx {

// Seeds of the kernel's randomness, systemd's credential secret, the DUID, secrets and leases of
// DHCP clients, D-Bus' own copy of the machine's id, and udev's lists of the NICs and CD drives it
// met. In the order of their paths.
[[nodiscard]] Result<std::vector<std::string>> traces_of_instance(const FileReader& tree);

struct HostKey {
    std::string path;         // the private key; the public one is beside it
    std::string fingerprint;  // "SHA256:…" as ssh-keygen -l shows it; empty when it cannot be told
};

[[nodiscard]] Result<std::vector<HostKey>> host_keys(const FileReader& tree);

}  // namespace onectx
