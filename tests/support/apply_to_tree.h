// Makes the file changes of steps in a MemoryTree, as the executor makes them on a disk, so that a
// test can plan again on the result (design law 2). Changes of the kernel and programs are left
// out.
#pragma once

#include "guest/model/change.h"
#include "tests/support/memory_tree.h"

namespace onectx::test {

// Links in a path are followed, except below a change's anchor, where one fails the test. An owner
// given by name is looked up in the tree's passwd and group; an unknown one fails the test.
void apply_to_tree(const Change& change, MemoryTree& tree);
void apply_to_tree(const Step& step, MemoryTree& tree);
void apply_to_tree(const Plan& plan, MemoryTree& tree);

}  // namespace onectx::test
