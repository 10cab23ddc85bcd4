// What there is to say about a wish.
#pragma once

#include <cstddef>
#include <string>

namespace onectx {

// Something a wish asked for that is not done, or done otherwise than asked. `variable` names the
// context variable at fault; empty when it is the machine.
struct Problem {
    std::string variable;
    std::string message;
    bool error = false;  // true: the wish failed and the exit status shows it; false: a warning
    std::size_t unlisted = 0;  // how many it stands for, where they were too many to be listed

    bool operator==(const Problem&) const = default;
};

}  // namespace onectx
