// Fuzzes values of VMware's guestinfo and answers of a metadata service: no name of a file is a
// path, and a context that is made of them can be written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/shell_vars.h"
#include "guest/model/guestinfo.h"
#include "guest/model/metadata.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

void check(std::string_view text)
{
    (void)context_of_guestinfo(text);
    if (const auto file = file_of_guestinfo(text))
        require(!file->name.empty() && file->name.find('/') == std::string::npos);
    (void)key_numbers(text);
    const auto half = std::string(text.substr(0, text.size() / 2));
    const auto rest = std::string(text.substr(text.size() / 2));
    const auto context = context_of_metadata({.hostname = half, .keys = {rest}, .user_data = half});
    if (context) require(parse_shell_vars(write_shell_vars(*context)).context == *context);
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    onectx::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
