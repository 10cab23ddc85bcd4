// Which parts of a context.sh a message may quote. Names say what is secret, but where quotes are
// broken a secret goes on outside the value it belongs to, and the value before it may look whole:
// PASSWORD='abc'def has a good end. So nothing is quoted behind the first secret.
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

    // Whether the variable `name`, a part of the text that `command` assigns, may be named: not
    // where the name may be a piece of a secret. The name of the first secret itself may.
    [[nodiscard]] bool may_name(const ShellCommand& command, std::string_view name) const;

    // To be told of each command, in order, once it has been complained about.
    void pass(const ShellCommand& command);

  private:
    [[nodiscard]] bool names_no_secret(const ShellCommand& command, std::size_t end) const;

    std::string_view text_;
    bool passed_secret_ = false;  // what follows may belong to it
};

}  // namespace onectx
