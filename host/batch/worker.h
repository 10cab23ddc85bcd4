// One of the processes that a batch works with: libisofs keeps state that threads would share.
// Builds the lines it is given; what is built waits under a temporary name until the commit, so
// that a file system is synced once for many images.
#pragma once

#include "host/batch/channel.h"
#include "host/build.h"

namespace onectx {

// Until the other side ends; images that wait for a commit go away then.
void run_batch_worker(const BatchChannel& channel, const BuildOptions& base,
                      const SignalHold& signals);

}  // namespace onectx
