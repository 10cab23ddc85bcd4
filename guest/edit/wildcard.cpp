// See wildcard.h.
#include "guest/edit/wildcard.h"

namespace onectx {

bool fits(std::string_view pattern, std::string_view name)
{
    // Where the last star was met, and what it took so far.
    auto star = std::string_view::npos;
    std::size_t taken = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < name.size();) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            taken = i;
        } else if (at < pattern.size() && pattern[at] == name[i]) {
            ++at;
            ++i;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            i = ++taken;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*')
        ++at;
    return at == pattern.size();
}

}  // namespace onectx
