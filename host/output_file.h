// A file that appears whole or not at all: written without a name where the file system can do that
// (O_TMPFILE), else under a temporary one beside the target; synced, named and renamed. A program
// that is killed while it writes leaves nothing behind in the first case. In the second it takes a
// SIGKILL to leave something: signals that end the program wait (interrupted() says so). A block
// device is written in place: nothing else is possible; its size is checked first, and what lies
// behind the image becomes zeros.
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
    [[nodiscard]] const sigset_t& before() const { return before_; }  // what was blocked then

  private:
    sigset_t held_{};
    sigset_t before_{};
};

struct OutputPolicy {
    // A new file: 0600, else 0666 less the umask. One that is there loses the rights of all but its
    // owner.
    bool is_private = false;
    // An owner that this process may not give is not insisted on.
    bool keeps_owner_if_allowed = false;
    // A symbolic link gives way itself, unless a block device is at its end.
    bool replaces_links = false;
};

class OutputFile {
  public:
    // An existing regular file keeps its owner and mode; a symbolic link stays and what it points
    // to is replaced, unless the policy says otherwise.
    [[nodiscard]] static Result<OutputFile> create(const std::string& path,
                                                   const OutputPolicy& policy);
    // A file without a name, which ends with its owner: in memory when the content is small, else
    // in TMPDIR or /var/tmp.
    [[nodiscard]] static Result<OutputFile> unnamed(std::uint64_t content_bytes);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();  // without commit() nothing has changed, but on a block device

    // To be called before the first write; refuses a block device that is too small.
    [[nodiscard]] Result<void> expect_size(std::uint64_t bytes);
    [[nodiscard]] Result<void> write(std::string_view bytes);

    // For what is written out of order. resize() gives a file its size at once; what nobody writes
    // then is zero, which zero() sees to on a device.
    [[nodiscard]] Result<void> resize(std::uint64_t bytes);
    [[nodiscard]] Result<void> write_at(std::uint64_t offset, std::string_view bytes);
    [[nodiscard]] Result<void> zero(std::uint64_t offset, std::uint64_t bytes);

    // Durable, and under its name.
    [[nodiscard]] Result<void> commit();

    // The same for many files at once: seal() them all, sync their file systems, publish() them,
    // sync again. A block device is durable as soon as it is sealed.
    [[nodiscard]] Result<void> seal();     // the content is complete
    [[nodiscard]] Result<void> publish();  // gives it its name
    [[nodiscard]] int directory() const { return directory_.get(); }
    [[nodiscard]] std::uint64_t size() const { return size_; }

    [[nodiscard]] int fd() const { return file_.get(); }             // open for reading as well
    [[nodiscard]] const std::string& path() const { return path_; }  // printable, for messages

  private:
    OutputFile() = default;
    Result<void> open_target(const std::string& name);
    Result<void> open_nameless(mode_t mode);
    Result<void> open_temporary(mode_t mode);
    Result<void> give_name();
    Result<void> finish(bool sync);
    Result<void> close_file();
    Result<void> keep_attributes() const;
    Result<void> zero_rest() const;

    std::string path_;       // for messages
    std::string name_;       // of the target in its directory
    std::string temporary_;  // of the file until commit(); empty: it has none
    Fd directory_;
    Fd file_;
    OutputPolicy policy_;
    std::optional<struct stat> replaced_;  // the regular file that stands there now
    std::uint64_t size_ = 0;               // as expected
    std::uint64_t capacity_ = 0;           // of a block device
    bool is_device_ = false;
};

}  // namespace onectx
