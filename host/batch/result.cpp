// See result.h.
#include "host/batch/result.h"

#include <nlohmann/json.hpp>

namespace onectx {

std::string batch_json(const BatchResult& result)
{
    nlohmann::ordered_json json;
    json["line"] = result.line;
    json["output"] = result.output;
    json["ok"] = result.code == 0;
    if (result.code == 0) {
        json["size"] = result.size;
        json["error"] = nullptr;
    } else {
        json["size"] = nullptr;
        json["error"] = result.error;
    }
    json["code"] = result.code;
    if (!result.warnings.empty()) json["warnings"] = result.warnings;
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace onectx
