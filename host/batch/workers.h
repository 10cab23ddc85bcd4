// The processes of a batch as it sees them: who has room, what they say, and who has died.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/result.h"
#include "host/batch/channel.h"
#include "host/build.h"

namespace onectx {

struct BatchLine {
    std::uint64_t number;
    std::string text;
    std::string output;
};

class BatchWorkers {
  public:
    // The workers get a copy of everything as it is now; no other thread may run.
    [[nodiscard]] static Result<BatchWorkers> start(unsigned count, const BuildOptions& base,
                                                    const SignalHold& signals);
    BatchWorkers(BatchWorkers&&) = default;
    BatchWorkers& operator=(BatchWorkers&&) = delete;
    BatchWorkers(const BatchWorkers&) = delete;
    BatchWorkers& operator=(const BatchWorkers&) = delete;
    ~BatchWorkers();  // ends them; what was not committed goes away

    struct Finished {
        std::uint64_t line;
        int code;
        std::string json;
    };

    [[nodiscard]] bool has_room() const;  // for another line; also when nobody is left
    void give(const BatchLine& line);
    // Waits a moment for news, or for `other_fd` (-1: none) to be readable.
    void wait(int other_fd);
    [[nodiscard]] std::size_t building() const;
    [[nodiscard]] std::size_t waiting() const;
    void commit();  // everything that waits
    // Since the last call.
    [[nodiscard]] std::vector<Finished> take_finished() { return std::exchange(finished_, {}); }

  private:
    struct Worker {
        BatchChannel channel;
        pid_t pid = 0;
        std::map<std::uint64_t, std::string> lines{};  // given and without a result: their output
        std::size_t building = 0;
        bool has_died = false;
    };

    BatchWorkers() = default;
    // False when the worker has ended, or its commit has.
    bool take_message(Worker& worker);
    void bury(Worker& worker);

    std::vector<Worker> workers_;
    std::vector<Finished> finished_;
};

}  // namespace onectx
