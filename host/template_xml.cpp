// See template_xml.h.
#include "host/template_xml.h"

#include <variant>

#include "common/text.h"

namespace onectx {
namespace {

// Two things cannot stand in CDATA: its own end, and a CR, which a reader makes a LF.
std::string cdata(std::string_view value)
{
    std::string text = "<![CDATA[";
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\r')
            text += "]]>&#13;<![CDATA[";
        else if (value[i] == '>' && value.substr(0, i).ends_with("]]"))
            text += "]]><![CDATA[>";
        else
            text += value[i];
    }
    return text + "]]>";
}

// A key of a vector may begin with a digit, an element may not.
std::string element(std::string_view name, std::string_view content)
{
    auto tag = (is_digit(name.front()) ? "ONE_" : "") + std::string(name) + '>';
    return '<' + tag + std::string(content) + "</" + tag;
}

}  // namespace

std::string write_template_xml(const Template& attributes, std::string_view root)
{
    std::string all;
    for (const auto& attribute : attributes.attributes) {
        if (const auto* value = std::get_if<std::string>(&attribute.value)) {
            all += element(attribute.name, cdata(*value));
            continue;
        }
        std::string items;
        for (const auto& item : std::get<TemplateVector>(attribute.value))
            items += element(item.key, cdata(item.value));
        all += element(attribute.name, items);
    }
    return element(root, all);
}

}  // namespace onectx
