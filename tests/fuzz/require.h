// What every fuzzer asks of its promises.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "common/diagnostic.h"

namespace onectx {

inline void require(bool promise)
{
    if (!promise) std::abort();
}

// A complaint says something, of a place in the text.
inline void check_complaint(std::string_view text, const Diagnostic& complaint)
{
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    require(!complaint.message.empty());
    require(complaint.at.line >= 1 && complaint.at.line <= lines);
    require(complaint.at.column >= 1 && complaint.at.column <= text.size() + 1);
    const auto& line = complaint.source_line;
    require(line.empty() || complaint.at.column <= line.size() + 1);
}

}  // namespace onectx
