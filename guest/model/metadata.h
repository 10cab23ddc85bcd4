// What an EC2-style metadata service says of a machine, made into a context: the same variables as
// OpenNebula's, so that nothing behind it knows the difference. Text in, values out;
// guest/system/metadata asks for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/result.h"

namespace onectx {

struct Metadata {
    std::string hostname;           // local-hostname as it was given; empty: none
    std::vector<std::string> keys;  // public keys, an answer each
    std::string user_data;          // any bytes

    [[nodiscard]] bool empty() const
    {
        return hostname.empty() && keys.empty() && user_data.empty();
    }
};

// The numbers of the keys in the list `public-keys/`: "0=name" a line. Refuses what is no such
// list, and more than kMaxMetadataKeys.
[[nodiscard]] Result<std::vector<std::string>> key_numbers(std::string_view list);

// Whether user data are a context.sh themselves, as OpenNebula gave it to machines at EC2: every
// line is an assignment, and it does not begin like a script or a cloud-config.
[[nodiscard]] bool is_context_text(std::string_view user_data);

// EC2_HOSTNAME, the name or YES; EC2_PUBLIC_KEY; the variables of user data that are a context,
// else USER_DATA in base64. What user data say of the name wins. Refuses names and keys that no
// variable can hold, or that an answer of something else would be (a page of HTML).
[[nodiscard]] Result<Context> context_of_metadata(const Metadata& metadata);

}  // namespace onectx
