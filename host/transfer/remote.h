// An image on its way to another machine through the ssh client.
// Promises that the target is the new image or what it was before, whatever breaks on the way (a
// block device, which is written in place, is the exception), and that success was confirmed by
// the other side.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "host/output_file.h"
#include "host/transfer/target.h"

namespace onectx {

struct RemoteSettings {
    std::vector<std::string> ssh{"ssh"};  // the client and its own options
    std::chrono::seconds patience{120};   // without any progress; 0: for ever
};

struct RemoteImage {
    int fd;  // at any position; `bytes` of it from the beginning
    std::uint64_t bytes;
    bool is_private;
};

// The message is the last line that ssh or the other side wrote on standard error; the lines are
// those before it.
struct RemoteError {
    Error error;
    std::vector<std::string> lines;
};

[[nodiscard]] std::expected<void, RemoteError> send_image(const RemoteImage& image,
                                                          const TransferTarget& target,
                                                          const RemoteSettings& settings,
                                                          const SignalHold& signals);

}  // namespace onectx
