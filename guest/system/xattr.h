// Extended attributes (xattr(7)): the SELinux label, access lists, and what users put there.
#pragma once

#include "common/result.h"

namespace onectx {

// Gives `to` every extended attribute of `from` but those that vouch for the content (IMA, EVM,
// file capabilities): with a new content they would be a lie. An attribute that the file system
// cannot hold is passed over, and so is one that only a privileged process may set when this is
// none.
[[nodiscard]] Result<void> copy_extended_attributes(int from, int to);

}  // namespace onectx
