// The difference of two texts as a unified diff, the form that people and patch(1) read. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onectx {

struct DiffSide {
    std::string label;                     // what stands after "--- " or "+++ "
    std::optional<std::string_view> text;  // absent: no such file, and the label is /dev/null
};

// The two header lines, then a hunk for each group of changes with three lines of context. The
// headers stand alone when the texts are equal. A last line without LF is marked as diff(1) does.
// The shortest difference, but for parts of thousands of changed lines: those are shown as replaced
// whole.
[[nodiscard]] std::string unified_diff(const DiffSide& before, const DiffSide& after);

}  // namespace onectx
