// See metadata.h.
#include "guest/model/metadata.h"

#include <algorithm>

#include "common/base64.h"
#include "common/limits.h"
#include "common/shell_vars.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::uint64_t kMaxKeyNumber = 9999;

bool is_name_text(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
    });
}

// EC2 gives a name for each domain of the DHCP options, parted by blanks; the first is the one.
Result<std::string> first_name(std::string_view text)
{
    auto names = split_words(text);
    if (names.empty()) return std::string();
    if (!is_name_text(names.front())) return fail(shown(names.front()) + " is no host name");
    return std::move(names.front());
}

bool has_name(const Context& context)
{
    return value_of(context, "SET_HOSTNAME") || value_of(context, "HOSTNAME") ||
           value_of(context, "DNS_HOSTNAME") || value_of(context, "EC2_HOSTNAME");
}

}  // namespace

Result<std::vector<std::string>> key_numbers(std::string_view list)
{
    std::vector<std::string> numbers;
    for (const auto line : split_lines(list)) {
        const auto number = trim(line.substr(0, line.find('=')));
        if (trim(line).empty()) continue;
        if (!parse_number(number, 0, kMaxKeyNumber))
            return fail(shown(line) + " is no line of a list of keys");
        if (numbers.size() == kMaxMetadataKeys)
            return fail("more than " + std::to_string(kMaxMetadataKeys) + " keys");
        numbers.emplace_back(number);
    }
    return numbers;
}

bool is_context_text(std::string_view user_data)
{
    if (user_data.starts_with('#') && !user_data.starts_with("# ")) return false;
    const auto vars = parse_shell_vars(user_data);
    return !vars.context.empty() && !vars.refusals.any && vars.warnings.empty();
}

Result<Context> context_of_metadata(const Metadata& metadata)
{
    Context context;
    if (is_context_text(metadata.user_data))
        context = parse_shell_vars(metadata.user_data).context;
    else if (!metadata.user_data.empty()) {
        context["USER_DATA"].text = encode_base64(metadata.user_data);
        context["USER_DATA_ENCODING"].text = "base64";
    }
    const auto name = TRY(in_context("local-hostname", first_name(metadata.hostname)));
    if (!has_name(context)) context["EC2_HOSTNAME"].text = name.empty() ? "YES" : name;
    for (const auto& key : metadata.keys) {
        if (key.find('\0') != std::string::npos) return fail("public-keys: a key with a NUL");
        auto& keys = context["EC2_PUBLIC_KEY"].text;
        keys += (keys.empty() || keys.ends_with('\n') ? "" : "\n") + key;
    }
    return context;
}

}  // namespace onectx
