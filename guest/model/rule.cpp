// See rule.h.
#include "guest/model/rule.h"

namespace onectx {

std::string_view to_text(Rule rule)
{
    switch (rule) {
        case Rule::off: return "off";
        case Rule::first_boot: return "first-boot";
        case Rule::on_change: return "on-change";
        case Rule::every_boot: return "every-boot";
        case Rule::enforce: return "enforce";
    }
    return "";
}

std::optional<Rule> parse_rule(std::string_view text)
{
    for (auto rule :
         {Rule::off, Rule::first_boot, Rule::on_change, Rule::every_boot, Rule::enforce})
        if (text == to_text(rule)) return rule;
    return std::nullopt;
}

}  // namespace onectx
