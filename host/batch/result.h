// What became of one line of a manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace onectx {

struct BatchResult {
    std::uint64_t line = 0;  // of the manifest, from 1 on
    std::string output;      // as the line names it; empty when it cannot be read
    int code = 0;            // an exit code of `build`
    std::uint64_t size = 0;
    std::string error;  // when the code is not 0
    std::vector<std::string> warnings;
};

// A JSON object, one line with its end. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string batch_json(const BatchResult& result);

}  // namespace onectx
