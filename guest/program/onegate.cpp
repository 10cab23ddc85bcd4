// See onegate.h.
#include "guest/program/onegate.h"

#include <unistd.h>

#include "guest/program/output.h"
#include "guest/system/config.h"
#include "guest/system/onegate.h"
#include "guest/system/root.h"

namespace onectx {
namespace {

constexpr int kFailed = 255;

// One write(2): lines of several callers stay whole.
void complain(const std::string& text)
{
    const auto line = text + "\n";
    [[maybe_unused]] const auto written = write(STDERR_FILENO, line.data(), line.size());
}

Result<std::string> answer(const OneGateCall& call)
{
    const auto root = TRY(Root::open("/"));
    const auto config = TRY(load_config(root, ""));
    const auto access = TRY(find_access(root));
    const auto body = TRY(ask_onegate(call, access, onegate_options(config.policy)));
    return show_answer(call, body, isatty(STDOUT_FILENO) == 1);
}

}  // namespace

int run_onegate(const std::vector<std::string>& arguments)
{
    const auto call = parse_onegate(arguments);
    if (!call) {
        complain(std::string(onegate_help()) + "\n" + call.error().message);
        return kFailed;
    }
    if (call->help) {
        print(onegate_help());
        return 0;
    }
    const auto text = answer(*call);
    if (!text) {
        complain("ERROR: \n" + text.error().message);
        return kFailed;
    }
    print(*text);
    return 0;
}

}  // namespace onectx
