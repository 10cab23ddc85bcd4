// Templates as short texts, for tables of input and expected output.
#pragma once

#include <string>

#include "host/template.h"

namespace onectx::test {

struct TemplateCase {
    std::string text;
    std::string expected;
};

// A=<x> one attribute a blank; V=[A=<x> B=<y>] a vector.
[[nodiscard]] inline std::string shown(const Template& parsed)
{
    std::string text;
    for (const auto& attribute : parsed.attributes) {
        if (!text.empty()) text += ' ';
        text += attribute.name + '=';
        if (const auto* value = std::get_if<std::string>(&attribute.value)) {
            text += '<' + *value + '>';
            continue;
        }
        text += '[';
        for (const auto& item : std::get<TemplateVector>(attribute.value)) {
            if (text.back() != '[') text += ' ';
            text += item.key + "=<" + item.value + '>';
        }
        text += ']';
    }
    return text;
}

}  // namespace onectx::test
