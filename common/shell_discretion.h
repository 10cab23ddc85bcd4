// Which parts of a context.sh a message may quote. Names say what is secret, but in a text with
// broken quotes a secret may stand outside the value it belongs to: in doubt nothing is quoted.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/shell_command.h"

namespace onectx {

class ShellDiscretion {
  public:
    explicit ShellDiscretion(std::string_view text) : text_(text) {}

    // Whether the line of `offset`, a place in `command`, and its words may be shown.
    [[nodiscard]] bool may_show(const ShellCommand& command, std::size_t offset) const;

    // To be told of each command, in order, once it has been complained about.
    void pass(const ShellCommand& command);

  private:
    std::string_view text_;
    bool spilled_ = false;  // a secret may have left its quotes: it may be anywhere from here on
    bool doubtful_ =
        false;  // a refused line named a secret: the next lines may still be part of it
};

}  // namespace onectx
