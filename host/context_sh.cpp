// See context_sh.h.
#include "host/context_sh.h"

#include "common/limits.h"
#include "common/shell_vars.h"

namespace onectx {

Result<std::string> make_context_sh(const Context& context)
{
    auto text = write_shell_vars(context);
    if (text.size() <= kMaxContextBytes) return text;  // a quote becomes four bytes
    return fail("context.sh would be longer than " + std::to_string(kMaxContextBytes) +
                " bytes, and no guest would read it");
}

}  // namespace onectx
