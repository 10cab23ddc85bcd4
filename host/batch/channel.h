// Messages between the batch and its workers, each of them whole or not there (SOCK_SEQPACKET).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "common/result.h"
#include "posix/fd.h"

namespace onectx {

struct BatchMessage {
    enum class Kind : std::uint32_t {
        build,      // to a worker: `text` is a line of the manifest
        commit,     // to a worker: give what was built its name, durably
        built,      // from a worker: the images of that many lines wait for the commit
        result,     // from a worker: the final word on a line, `text` is its JSON
        committed,  // from a worker: all results were sent
    };
    Kind kind = Kind::build;
    std::int32_t code = 0;   // of a result: an exit code
    std::uint64_t line = 0;  // of the manifest; of `built` how many
    std::string text{};
};

class BatchChannel {
  public:
    BatchChannel() = default;
    explicit BatchChannel(Fd socket) : socket_(std::move(socket)) {}
    [[nodiscard]] static Result<std::pair<BatchChannel, BatchChannel>> make_pair();

    [[nodiscard]] int fd() const { return socket_.get(); }
    // Waits for room. False when the other side has ended, or the message is too large.
    [[nodiscard]] bool send(const BatchMessage& message) const;
    // Waits for one; absent when the other side has ended.
    [[nodiscard]] std::optional<BatchMessage> receive() const;
    // Whether there is one, or the other side has ended.
    [[nodiscard]] bool has_news() const;

  private:
    Fd socket_;
};

}  // namespace onectx
