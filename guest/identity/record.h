// Who a machine is, and what its image was before: two small files in kStateDirectory. A line is a
// word and its value; lines with other words are passed over.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "guest/model/reader.h"

namespace onectx {

// The seal's stamp: there from `seal` until the first instance took the image.
inline constexpr std::string_view kSealStamp = "/var/lib/onectx/sealed";
// The instance that the disk belongs to.
inline constexpr std::string_view kInstanceRecord = "/var/lib/onectx/instance";

struct Instance {
    std::string vmid;
    std::string uuid;       // of the firmware (SMBIOS); empty where it has none
    std::vector<Mac> macs;  // of the context's NICs

    bool operator==(const Instance&) const = default;
};

struct InstanceRecord {
    Instance instance;
    std::vector<std::string> sealed_keys;  // fingerprints of the host keys that `seal` removed
};

// A record that makes no sense is no record.
[[nodiscard]] Result<std::optional<InstanceRecord>> read_instance(const FileReader& tree);
[[nodiscard]] std::string to_text(const InstanceRecord& record);

// The fingerprints in the stamp; absent without one.
[[nodiscard]] Result<std::optional<std::vector<std::string>>> read_stamp(const FileReader& tree);
[[nodiscard]] std::string stamp_text(const std::vector<std::string>& fingerprints);

// Whether a disk that belonged to `before` now runs as another machine: another VMID, or the same
// one of another cloud (another UUID, and not one NIC in common). What is not known is no
// difference.
[[nodiscard]] bool is_another(const Instance& before, const Instance& now);

}  // namespace onectx
