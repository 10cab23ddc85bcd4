// See user_data.h.
#include "guest/user_data/user_data.h"

#include "common/text.h"
#include "guest/user_data/parts.h"

namespace onectx {
namespace {

std::string script_name(std::size_t number)
{
    return "user-data-script-" + std::to_string(number);
}

}  // namespace

CloudConfig read_user_data(const Context& context, const Refusals& refusals,
                           std::vector<Problem>& problems)
{
    CloudConfig config;
    const std::string variable = value_of(context, "USER_DATA") ? "USER_DATA" : "USERDATA";
    const auto text = value_of(context, variable);
    // The line was refused, and said so; what another says is no substitute.
    if (!text || refusals.names.contains("USER_DATA") || refusals.names.contains("USERDATA"))
        return config;
    auto encoding = value_of(context, "USER_DATA_ENCODING");
    if (!encoding) encoding = value_of(context, "USERDATA_ENCODING");
    const bool is_base64 = encoding && equals_ignoring_case(trim(*encoding), "base64");
    auto split = split_user_data(*text, is_base64, variable);
    std::move(split.problems.begin(), split.problems.end(), std::back_inserter(problems));
    std::size_t scripts = 0;
    std::vector<UserScript> parts;
    for (auto& part : split.parts) {
        if (part.kind == PartKind::script)
            parts.push_back({script_name(++scripts), Secret(std::move(part.text))});
        else
            read_cloud_config(part.text, variable, part.name, config, problems);
    }
    finish_cloud_config(config);
    std::move(parts.begin(), parts.end(), std::back_inserter(config.wishes.scripts));
    return config;
}

}  // namespace onectx
