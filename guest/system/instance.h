// What the machine itself says about being this machine and no other.
#pragma once

#include <string>

#include "common/result.h"
#include "guest/model/reader.h"
#include "guest/system/root.h"

namespace onectx {

struct InstanceFacts {
    std::string uuid;              // SMBIOS system UUID in lower case; empty where there is none
    std::string fresh_machine_id;  // random, as machine-id(5) wants it
    // /etc/machine-id was written since the machine was started: systemd gave an empty one an id.
    bool machine_id_is_fresh = false;
};

// InstanceFacts::uuid alone.
[[nodiscard]] std::string firmware_uuid(const FileReader& tree);

[[nodiscard]] Result<InstanceFacts> gather_instance(const Root& root);

}  // namespace onectx
