// Files over the network: what a FetchFile names, taken with the client that OneGate is asked with.
#pragma once

#include <string>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/system/http/client.h"

namespace onectx {

// The body of the answer. A server of https is verified as the options say. Redirects are followed,
// never from https to http; headers, which may be secret, go to nobody but the host they are for.
// No error tells more of the URL than its host.
[[nodiscard]] Result<std::string> fetch(const FetchFile& file, const HttpOptions& options);

}  // namespace onectx
