// FILES_DS: images of the kind CONTEXT, by name or number, as the files that they are (reference
// 1.6). Pure: the records say where an image lies.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "host/records.h"

namespace onectx {

struct ImageOwner {  // whose images are meant where nobody says; absent: not known
    std::optional<std::string> uid{};
    std::optional<std::string> uname{};
};

// A list of $FILE[IMAGE="name"] or $FILE[IMAGE_ID=n], each maybe with IMAGE_UNAME or IMAGE_UID and
// parted by white space, as what OpenNebula stores: PATH:'NAME' and a blank for each. A list that
// does not begin with `$` is in that form already and stays as it is. An image must be known, be of
// the kind CONTEXT and be ready.
[[nodiscard]] Result<std::string> resolve_files_ds(std::string_view value,
                                                   const std::vector<Record>& images,
                                                   const ImageOwner& owner);

}  // namespace onectx
