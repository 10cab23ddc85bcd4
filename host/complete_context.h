// From the CONTEXT section of a template to the context of one machine: values are substituted, and
// what OpenNebula knows of the machine's devices is added (reference 1.2 to 1.4). Pure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "common/context.h"
#include "common/diagnostic.h"
#include "host/context_values.h"
#include "host/references.h"

namespace onectx {

// What the command line says of a machine; it wins over every record.
struct MachineIds {
    std::optional<std::string> vmid{}, name{}, uid{}, uname{}, gid{}, gname{}, stime{};
};

// The records to look into. The machine is `vm`, or else what the template itself says; its owner
// is `user` where it does not name one. Without a name it is called one-VMID, or TEMPLATE-VMID when
// it comes from a stored template. Its devices are numbered.
[[nodiscard]] Records gather_records(const Record& input, std::optional<Record> vm,
                                     std::optional<Record> user, std::vector<Record> networks,
                                     std::vector<Record> images, const MachineIds& ids);

// Substitutes, then generates. The context's own DISK_ID and TARGET are known of a real machine
// only (`vm`, or a template that is a whole machine).
[[nodiscard]] std::expected<void, Diagnostic> complete_context(Context& context,
                                                               const Records& records,
                                                               const ValueSettings& settings,
                                                               ContextWarnings& warnings);

}  // namespace onectx
