// See shebang.h.
#include "guest/model/shebang.h"

#include "common/text.h"

namespace onectx {

std::optional<Interpreter> parse_shebang(std::string_view text)
{
    constexpr std::string_view kMark = "#!";
    text = text.substr(0, kShebangBytes);
    if (!text.starts_with(kMark)) return std::nullopt;
    auto line = trim(text.substr(kMark.size(), text.find('\n') - kMark.size()));
    if (line.empty()) return std::nullopt;
    auto end = line.find_first_of(" \t");
    Interpreter interpreter{.program = std::string(line.substr(0, end)), .argument = {}};
    if (end != std::string_view::npos) interpreter.argument = trim(line.substr(end));
    return interpreter;
}

bool is_binary(std::string_view text)
{
    return text.starts_with(
        "\x7f"
        "ELF");
}

std::vector<std::string> interpreter_call(std::string_view text, const std::string& path,
                                          const std::vector<std::string>& arguments)
{
    auto interpreter = parse_shebang(text).value_or(Interpreter{"/bin/sh", ""});
    std::vector<std::string> call{interpreter.program};
    if (!interpreter.argument.empty()) call.push_back(interpreter.argument);
    call.push_back(path);
    call.insert(call.end(), arguments.begin(), arguments.end());
    return call;
}

}  // namespace onectx
