// See render.h.
#include "host/render.h"

#include <nlohmann/json.hpp>
#include <string>

#include "common/shell_vars.h"
#include "common/utf8.h"
#include "host/console.h"

namespace onectx {
namespace {

std::string render_json(const Context& context)
{
    auto object = nlohmann::json::object();
    for (const auto& [name, value] : context) {
        if (!is_utf8(value.text))
            print_warning(name + " is not valid UTF-8; what is wrong became U+FFFD");
        object[name] = value.text;
    }
    // Not for ASCII only, and with the replacement that the warning speaks of.
    return object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

int run_render(const RenderOptions& options)
{
    auto input = load_input(options.input);
    if (!input) return input.error();
    auto text = options.format == RenderFormat::json ? render_json(input->context)
                                                     : write_shell_vars(input->context);
    return print_output(text) ? kExitDone : kExitFailed;
}

}  // namespace onectx
