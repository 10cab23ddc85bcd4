// `onectx transfer`: the `context` operation of OpenNebula's datastore drivers. Makes an image of
// context.sh and the other sources and puts it in place, on this machine or another one.
// Promises no staging folder, and that the target is the new image or what it was before (a block
// device is written in place).
#pragma once

#include <string>
#include <vector>

#include "host/config.h"
#include "host/files.h"
#include "host/init_files.h"
#include "host/iso_writer.h"
#include "host/transfer/remote.h"
#include "host/transfer/target.h"

namespace onectx {

struct TransferOptions {
    std::vector<FileRequest> sources;  // one of them context.sh
    TransferTarget target;
    std::string shown_target;  // as it was given
    HostOptions host{};
    InitOptions init{};
    ImageSettings image;
    RemoteSettings remote;
    bool marks = false;  // around the error, as OpenNebula wanted it before 6.2
};

// Says what is wrong as the drivers do: log lines begin with their severity, what is left is the
// error that the machine's owner sees. Gives the exit code.
[[nodiscard]] int run_transfer(const TransferOptions& options);

}  // namespace onectx
