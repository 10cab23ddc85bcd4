// Fuzzes user data as it comes: MIME, gzip and base64 in one another. What comes out is bounded,
// and everything that does not is named.
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/limits.h"
#include "common/text.h"
#include "guest/user_data/mime.h"
#include "guest/user_data/parts.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace onectx;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const bool is_base64 : {false, true}) {
        const auto split = split_user_data(text, is_base64, "USER_DATA");
        require(split.parts.size() <= kMaxMimeParts);
        require(!split.parts.empty() || !split.problems.empty());
        for (const auto& part : split.parts)
            require(part.text.size() <= kMaxUserDataBytes &&
                    (part.kind != PartKind::script || part.text.starts_with("#!") ||
                     part.text.find("#!") == std::string::npos));
        for (const auto& problem : split.problems)
            require(problem.message == printable(problem.message));
    }
    if (const auto message = parse_mime(text)) {
        std::size_t bytes = 0;
        for (const auto& part : message->parts)
            bytes += part.body.size();
        require(bytes <= size);
    }
    return 0;
}
