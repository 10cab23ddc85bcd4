// OneGate asked: where it is and who asks comes from the environment, or from the file one_env.
#pragma once

#include <map>
#include <string>

#include "guest/model/reader.h"
#include "guest/model/settings.h"
#include "guest/onegate/onegate.h"
#include "guest/system/http/client.h"

namespace onectx {

// ONEGATE_ENDPOINT, VMID and TOKENTXT of the environment; what is not set there, of one_env.
[[nodiscard]] Result<OneGateAccess> find_access(const FileReader& tree);

// As guest.conf and the environment's proxies have it.
[[nodiscard]] HttpOptions onegate_options(const Policy& policy);

// The body of a good answer. Any other status is an error with the server's own words.
[[nodiscard]] Result<std::string> ask_onegate(const OneGateCall& call, const OneGateAccess& access,
                                              const HttpOptions& options);

// Lines of NAME="VALUE", as OneGate takes them.
[[nodiscard]] std::string attribute_lines(const std::map<std::string, std::string>& attributes);

}  // namespace onectx
