// See onegate.h.
#include "host/onegate.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/secret.h"
#include "common/text.h"
#include "host/console.h"
#include "host/layout.h"
#include "host/token.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

constexpr std::string_view kEndpoint = "ONEGATE_ENDPOINT";
constexpr std::string_view kNoEndpoint =
    "the address of OneGate is not known: --onegate-endpoint, or endpoint in host.conf";
constexpr std::string_view kNoStart = "the start of the machine is not known: --stime or --vm";
constexpr std::string_view kNoNumber = "the number of the machine is not known: --vmid or --vm";

bool wants_token(const Context& context)
{
    auto value = value_of(context, "TOKEN");
    return value && parse_boolean(*value).value_or(false);
}

Result<Secret> read_password(const std::string& path)
{
    if (path.empty()) return fail("a token needs the password of its user: --token-password-file");
    auto text = TRY(in_context("--token-password-file", read_input(path, kMaxSystemFileBytes)));
    Secret whole(std::move(text));
    Secret password(trim(whole.reveal()));
    TRY(check_token_password(password));
    return password;
}

// Everything that is missing is said in one run.
std::expected<Attachment, std::vector<Error>> token_file(const Input& input,
                                                         const TokenSettings& settings)
{
    std::vector<Error> missing;
    auto want = [&](bool is_there, std::string_view complaint) {
        if (!is_there) missing.push_back({std::string(complaint)});
    };
    want(value_of(input.context, kEndpoint).has_value(), kNoEndpoint);
    want(input.vmid.has_value(), kNoNumber);
    want(input.start_time.has_value(), kNoStart);
    auto password = read_password(settings.password_file);
    if (!password) missing.push_back(password.error());
    if (!missing.empty()) return std::unexpected(std::move(missing));
    auto token = make_token(*input.vmid, *input.start_time, *password);
    if (!token) return std::unexpected(std::vector{token.error()});
    return Attachment{.path = std::string(kTokenFile), .content = token->reveal()};
}

// The exit code of the worst: the machine's failure before a wrong input.
int report_all(const Input& input, const std::vector<Error>& errors)
{
    int code = kExitBadInput;
    for (const auto& error : errors)
        code = std::min(code, report(input, "TOKEN", error));
    return code;
}

}  // namespace

void add_token_variables(Input& input, const std::map<std::string, std::string>& fixed)
{
    auto value = value_of(input.context, "TOKEN");
    if (value && !parse_boolean(*value)) warn_of(input, "TOKEN", "expected YES or NO; taken as NO");
    if (!wants_token(input.context)) return;
    auto set = [&](std::string_view name, const std::string& text) {
        std::string key(name);
        if (!text.empty() && !fixed.contains(key))
            input.context.insert_or_assign(key, ContextValue{text, 0});
    };
    set(kEndpoint, input.config.onegate_endpoint);
    set("VMID", input.vmid.value_or(""));
}

void warn_of_token(const Input& input)
{
    if (!wants_token(input.context)) return;
    if (!value_of(input.context, kEndpoint)) warn_of(input, "TOKEN", kNoEndpoint);
    if (!value_of(input.context, "VMID")) warn_of(input, "TOKEN", kNoNumber);
}

std::expected<std::optional<Attachment>, int> make_token_file(const Input& input,
                                                              const TokenSettings& settings,
                                                              const std::vector<Attachment>& given)
{
    auto is_token = [](const Attachment& file) { return file.path == kTokenFile; };
    if (!wants_token(input.context)) {
        if (!settings.password_file.empty())
            print_warning("--token-password-file has no effect: the template lacks TOKEN = YES");
        return std::nullopt;
    }
    if (std::any_of(given.begin(), given.end(), is_token)) {
        warn_of_token(input);
        return std::nullopt;
    }
    auto file = token_file(input, settings);
    if (!file) return std::unexpected(report_all(input, file.error()));
    return *std::move(file);
}

}  // namespace onectx
