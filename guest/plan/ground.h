// Whose ground a path stands on. What root writes in a directory that somebody else can change must
// follow no link there: its owner decides where it leads, and may change his mind at any moment.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"

namespace onectx {

// The first directory on the way to `path` (as far as it is there) that others than root can
// change, as a prefix of `path`: the anchor below which no link may be followed, for Change::anchor
// and FileReader::read_below(). Empty when root alone decides where the path leads. Root's own
// links are followed; one that leads through a directory of somebody else is an error, for behind
// it no prefix tells them apart. Who owns the top of the tree counts as root, so that a tree that
// an ordinary user unpacked is judged by its own measure.
[[nodiscard]] Result<std::string> find_ground(const std::string& path, const FileReader& tree);

// What such a change would write over: read with links followed, or not, as it is written.
[[nodiscard]] Result<std::optional<FileText>> read_as_written(const WriteFile& change,
                                                              const FileReader& tree);

}  // namespace onectx
