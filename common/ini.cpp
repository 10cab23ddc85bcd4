// See ini.h.
#include "common/ini.h"

#include <ini.h>

namespace onectx {
namespace {

// inih calls back without the line number, so the lines are counted where it takes them from.
struct Reading {
    std::string_view rest;
    IniText result{};
    unsigned line = 0;
};

// As fgets(3) does, but a line that does not fit, or holds NUL, is refused as a whole: half of it
// would mean something else.
char* next_line(char* buffer, int size, void* stream)
{
    auto& reading = *static_cast<Reading*>(stream);
    if (reading.rest.empty()) return nullptr;
    ++reading.line;
    const auto end = reading.rest.find('\n');
    auto line = reading.rest.substr(0, end);
    reading.rest.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    if (line.size() + 1 > static_cast<std::size_t>(size) ||
        line.find('\0') != std::string_view::npos) {
        reading.result.problems.push_back({reading.line, "a line that is too long or no text"});
        line = {};
    }
    line.copy(buffer, line.size());
    buffer[line.size()] = '\0';
    return buffer;
}

int take_setting(void* user, const char* section, const char* name, const char* value)
{
    auto& reading = *static_cast<Reading*>(user);
    reading.result.settings.push_back({section, name, value, reading.line});
    return 1;
}

}  // namespace

IniText parse_ini(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Reading reading{.rest = text};
    // A line that is nothing the format knows gives a number here, of the first such line only.
    const int line = ini_parse_stream(next_line, &reading, take_setting, &reading);
    if (line > 0) {
        reading.result.problems.push_back(
            {static_cast<unsigned>(line), "neither a [section] nor NAME = VALUE"});
    }
    return std::move(reading.result);
}

}  // namespace onectx
