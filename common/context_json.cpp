// See context_json.h.
#include "common/context_json.h"

#include <nlohmann/json.hpp>

#include "common/utf8.h"

namespace onectx {

ContextJson context_json(const Context& context)
{
    ContextJson result;
    auto object = nlohmann::json::object();
    for (const auto& [name, value] : context) {
        if (!is_utf8(value.text)) result.repaired.push_back(name);
        object[name] = value.text;
    }
    constexpr int kIndent = 2;
    result.text = object.dump(kIndent, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    return result;
}

}  // namespace onectx
