// See render.h.
#include "host/render.h"

#include <string>
#include <utility>

#include "common/context_json.h"
#include "host/console.h"
#include "host/context_sh.h"
#include "host/onegate.h"

namespace onectx {
namespace {

std::string render_json(const Context& context)
{
    auto json = context_json(context);
    for (const auto& name : json.repaired)
        print_warning(name + " is not valid UTF-8; what is wrong became U+FFFD");
    return std::move(json.text);
}

}  // namespace

int run_render(const RenderOptions& options)
{
    auto input = load_input(options.input);
    if (!input) return input.error();
    warn_of_token(*input);
    auto text = make_context_sh(input->context);
    if (!text) {
        print_error(text.error().message);
        return kExitBadInput;
    }
    if (options.format == RenderFormat::json) text = render_json(input->context);
    return print_output(*text) ? kExitDone : kExitFailed;
}

}  // namespace onectx
