// See flag.h.
#include "guest/model/flag.h"

#include "common/text.h"

namespace onectx {

bool read_flag(const Context& context, std::string_view variable, bool otherwise,
               std::vector<Problem>& problems)
{
    auto text = value_of(context, variable);
    if (!text || trim(*text).empty()) return otherwise;
    if (auto flag = parse_boolean(*text)) return *flag;
    problems.push_back(
        {std::string(variable), shown(*text) + " is neither YES nor NO; taken as NO", false});
    return false;
}

}  // namespace onectx
