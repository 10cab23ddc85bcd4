// A whole text that the command line names: a file, a pipe, or "-" for standard input.
#pragma once

#include <cstddef>
#include <string>

#include "common/result.h"
#include "posix/fd.h"

namespace onectx {

// Such a text when it was opened: its descriptor, to see what it is, and its bytes.
class OpenedInput {
  public:
    // Errors name the path: "web.tmpl: No such file or directory".
    [[nodiscard]] static Result<OpenedInput> open(const std::string& path);
    [[nodiscard]] int fd() const;
    // Once. At most limit + 1 bytes, so that the parser that has the limit sees that there is more.
    [[nodiscard]] Result<std::string> read(std::size_t limit) const;

  private:
    std::string name_;
    Fd file_;  // not open: standard input
};

// Both in one.
[[nodiscard]] Result<std::string> read_input(const std::string& path, std::size_t limit);

}  // namespace onectx
