// A file that appears whole or not at all: written under a temporary name beside the target, synced
// and renamed. While it is being written, signals that end the program wait (interrupted() says
// so), so that no temporary file stays behind. A block device is written in place: nothing else is
// possible; its size is checked first.
#pragma once

#include <sys/stat.h>

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "posix/fd.h"

namespace onectx {

// Blocks SIGINT, SIGTERM and SIGHUP in this thread, and those it starts, for as long as it lives.
class SignalHold {
  public:
    SignalHold();
    SignalHold(const SignalHold&) = delete;
    SignalHold& operator=(const SignalHold&) = delete;
    ~SignalHold();  // a signal that came meanwhile is delivered now

    [[nodiscard]] bool interrupted() const;

  private:
    sigset_t held_{};
    sigset_t before_{};
};

class OutputFile {
  public:
    // A new file gets 0600 when it is private, else 0666 less the umask. An existing regular file
    // keeps its owner and mode; a symbolic link stays and what it points to is replaced.
    [[nodiscard]] static Result<OutputFile> create(const std::string& path, bool is_private);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();  // without commit() nothing has changed, but on a block device

    // To be called before the first write; refuses a block device that is too small.
    [[nodiscard]] Result<void> expect_size(std::uint64_t bytes) const;
    [[nodiscard]] Result<void> write(std::string_view bytes);
    [[nodiscard]] Result<void> commit();

    [[nodiscard]] int fd() const { return file_.get(); }  // open for reading as well

  private:
    OutputFile() = default;
    Result<void> open_temporary(mode_t mode);

    std::string path_;       // for messages
    std::string name_;       // of the target in its directory
    std::string temporary_;  // of the file until commit(); empty: nothing to remove
    Fd directory_;
    Fd file_;
    std::optional<struct stat> replaced_;  // the regular file that stands there now
    bool is_device_ = false;
};

}  // namespace onectx
