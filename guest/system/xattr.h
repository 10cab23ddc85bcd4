// Extended attributes (xattr(7)): the SELinux label, access lists, and what users put there.
#pragma once

#include <string_view>

#include "common/result.h"

namespace onectx {

// Gives `to` every extended attribute of `from` but those that vouch for the content (IMA, EVM,
// file capabilities): with a new content they would be a lie. An attribute that the file system
// cannot hold is passed over, and so is one that only a privileged process may set when this is
// none.
[[nodiscard]] Result<void> copy_extended_attributes(int from, int to);

// Labels something new for SELinux as what lies in this directory: with the directory's own label,
// which is what a running SELinux would have given it, or with another type in it. For a name that
// its policy knows another type for, the kernel would look at the temporary name, and a tree that
// is no running system has nobody to label it. Where the directory has no label nothing is done,
// and a label that cannot be set is passed over: without it the file is there all the same.
void label_as_below(int directory, int fd, std::string_view type);

}  // namespace onectx
