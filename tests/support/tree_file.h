// The nodes of a machine as text. A .tree has lines "dir PATH", "link PATH TARGET" and "file PATH
// [MODE]" with the file's lines after "| ", and comments.
#pragma once

#include <filesystem>

#include "tests/support/memory_tree.h"

namespace onectx::test {

// Adds what the file says to the tree; nothing when there is no such file.
void add_tree(const std::filesystem::path& file, MemoryTree& tree);

}  // namespace onectx::test
