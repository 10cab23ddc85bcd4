// See guestinfo.h.
#include "guest/model/guestinfo.h"

#include "common/base64.h"
#include "common/limits.h"
#include "common/text.h"

namespace onectx {

Result<std::string> context_of_guestinfo(std::string_view value)
{
    auto text = decode_base64(value);
    if (!text) return fail("no base64");
    if (text->size() > kMaxContextBytes)
        return fail("larger than " + std::to_string(kMaxContextBytes >> 20U) + " MiB");
    return std::move(*text);
}

Result<CarriedFile> file_of_guestinfo(std::string_view value)
{
    const auto end = std::min(value.find('\n'), value.size());
    const auto name = trim(value.substr(0, end));
    if (!is_carried_name(name)) return fail(shown(name) + " is no name of a file");
    auto content = decode_base64(value.substr(end));
    if (!content) return fail("what follows " + shown(name) + " is no base64");
    return CarriedFile{std::string(name), std::move(*content)};
}

}  // namespace onectx
