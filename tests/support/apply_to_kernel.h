// A kernel's network in memory: made of the devices of a machine, and changed as the executor
// changes a real one over rtnetlink, so that a test can plan again on the result (design law 2).
#pragma once

#include <vector>

#include "guest/model/change.h"
#include "guest/model/facts.h"
#include "guest/model/kernel_network.h"
#include "guest/model/link.h"

namespace onectx::test {

// Each device with a parent: down, without addresses, IPv6 as a kernel begins with it.
[[nodiscard]] KernelNetwork kernel_of(const std::vector<NetworkDevice>& devices);

// Fails the test where a real kernel would refuse: no such device, an address twice, an item that
// is to go and is not there.
void apply_to_kernel(const LinkChange& change, KernelNetwork& kernel);

// Also starts and ends the clients that a step names.
void apply_to_kernel(const Step& step, Facts& facts);

}  // namespace onectx::test
