// See template_text.h.
#include "host/template_text.h"

#include <string_view>

#include "common/limits.h"

namespace onectx {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

}  // namespace

Result<std::string> read_template_text(const std::string& path)
{
    return read_template_text(TRY(OpenedInput::open(path)));
}

Result<std::string> read_template_text(const OpenedInput& file)
{
    auto text = TRY(file.read(kMaxTemplateBytes + kMark.size()));
    if (text.starts_with(kMark)) text.erase(0, kMark.size());
    return text;
}

}  // namespace onectx
