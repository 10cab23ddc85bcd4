// The text of a configuration file: [section] and NAME = VALUE lines, read with inih.
// Promises that one bad line spoils no other, and says of each where it stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onectx {

struct IniSetting {
    std::string section;
    std::string name;
    std::string value;
    unsigned line = 0;
};

struct IniProblem {
    unsigned line = 0;
    std::string message;
};

struct IniText {
    std::vector<IniSetting> settings;  // in the order of the text; a name may occur again
    std::vector<IniProblem> problems;  // lines that are nothing the format knows, too long or NUL
};

// A line that continues another (indented) is one more setting of the same name.
[[nodiscard]] IniText parse_ini(std::string_view text);

}  // namespace onectx
