// gzip (RFC 1952), with a bound on what comes out of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/result.h"

namespace onectx {

// Whether the bytes begin as a gzip file does.
[[nodiscard]] bool is_gzip(std::string_view bytes);

// The content of a gzip file, of one that was put together from several too. Fails when more than
// `limit` bytes would come out, and when the end is missing or its checksum is wrong.
[[nodiscard]] Result<std::string> inflate_gzip(std::string_view bytes, std::size_t limit);

}  // namespace onectx
