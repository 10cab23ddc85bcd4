// Where blocks of ours stand in files of keys, so that the keys of a USERNAME that the context no
// longer names can be taken away. Names and paths are no secrets, and stand as they are.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kKeysRecord = "/var/lib/onectx/keys";

using KeysRecord = std::set<std::pair<std::string, std::string>>;  // a user, and his file

// Empty where there is none; a line that is nothing is passed over.
[[nodiscard]] Result<KeysRecord> read_keys_record(const FileReader& tree);

[[nodiscard]] WriteFile keys_record_file(const KeysRecord& record);

}  // namespace onectx
