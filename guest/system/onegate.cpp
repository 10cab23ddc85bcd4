// See onegate.h.
#include "guest/system/onegate.h"

#include <cstdlib>

#include "common/shell_vars.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::string_view kOneEnv = "/run/one-context/one_env";
constexpr unsigned kFirstGood = 200;
constexpr unsigned kFirstOther = 300;
constexpr std::size_t kMaxShownAnswer = 1024;

// Shells read the file, so each assignment is exported. What stands in quotes stays in them,
// however many lines it has.
std::string without_exports(std::string_view text)
{
    constexpr std::string_view kExport = "export ";
    std::string result;
    for (auto line : split_lines(text)) {
        if (line.starts_with(kExport)) line.remove_prefix(kExport.size());
        result.append(line).append("\n");
    }
    return result;
}

Result<Context> variables_of(const FileReader& tree)
{
    const auto file = TRY(tree.read(kOneEnv));
    Context variables;
    if (file) variables = parse_shell_vars(without_exports(file->content)).context;
    for (const auto* name : {"ONEGATE_ENDPOINT", "VMID", "TOKENTXT"})
        if (const auto* value = std::getenv(name); value != nullptr && *value != '\0')
            variables[name].text = value;
    return variables;
}

}  // namespace

Result<OneGateAccess> find_access(const FileReader& tree)
{
    return read_access(TRY(variables_of(tree)));
}

HttpOptions onegate_options(const Policy& policy)
{
    HttpOptions options;
    options.proxy = proxy_of_environment();
    options.tls = {policy.onegate_verify, policy.onegate_ca_file};
    return options;
}

Result<std::string> ask_onegate(const OneGateCall& call, const OneGateAccess& access,
                                const HttpOptions& options)
{
    auto answer = TRY(http_request(request_of(call, access), options));
    if (answer.status >= kFirstGood && answer.status < kFirstOther) return std::move(answer.body);
    auto text = std::string(trim(answer.body));
    if (text.empty() && answer.status < 400)
        text = "the server sends us elsewhere, and a token goes to nobody else";
    return fail("OneGate answers " + std::to_string(answer.status) +
                (text.empty() ? "" : ": " + printable(text.substr(0, kMaxShownAnswer))));
}

std::string attribute_lines(const std::map<std::string, std::string>& attributes)
{
    std::string lines;
    for (const auto& [name, value] : attributes) {
        std::string quoted;
        for (char c : value) {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
        lines += (lines.empty() ? "" : "\n") + name + "=\"" + quoted + "\"";
    }
    return lines;
}

}  // namespace onectx
