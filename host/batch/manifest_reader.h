// The lines of a manifest as they come: a file, or a pipe that somebody feeds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/result.h"
#include "posix/fd.h"

namespace onectx {

struct ManifestLine {
    std::uint64_t number = 0;  // from 1 on
    std::string text;
    bool is_too_long = false;  // more than kMaxManifestLineBytes; the text is empty then
};

class ManifestReader {
  public:
    // "-" is standard input. The error names the path.
    [[nodiscard]] static Result<ManifestReader> open(const std::string& path);

    // The next line that is not blank; absent when there is none at hand.
    [[nodiscard]] std::optional<ManifestLine> next();
    // Reads more, and waits for it if need be.
    [[nodiscard]] Result<void> fill();
    // Nothing more will come and everything was taken.
    [[nodiscard]] bool is_at_end() const
    {
        return ended_ && start_ == buffer_.size() && !skipping_;
    }
    [[nodiscard]] bool has_ended() const { return ended_; }
    [[nodiscard]] int fd() const { return file_.get(); }
    // How far a regular file is read, in percent; absent for a pipe.
    [[nodiscard]] std::optional<unsigned> percent() const;

  private:
    ManifestReader() = default;
    std::optional<ManifestLine> take(std::size_t end, std::size_t next);

    Fd file_;
    std::string name_;
    std::string buffer_;
    std::size_t start_ = 0;    // of what was not taken yet
    std::size_t scanned_ = 0;  // no line end before this
    std::uint64_t line_ = 0;
    std::uint64_t read_ = 0;
    std::uint64_t size_ = 0;  // of a regular file
    bool skipping_ = false;   // inside a line that is too long
    bool ended_ = false;
};

}  // namespace onectx
