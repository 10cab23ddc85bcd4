// runcmd and bootcmd: lists of commands as a script of sh. A text is a line of the script, a list
// is a command and its arguments, which no shell looks into.
#include "common/shell_vars.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {
namespace {

// The words as they are written: a mode 0644 is what chmod(1) should see, not the number 420.
std::optional<std::string> quoted_command(const YamlNode& node, std::string_view what,
                                          NodeReader& reader)
{
    std::string line;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const auto& word = node.items[i];
        const bool is_word =
            word.kind == YamlNode::Kind::scalar && word.text.find('\0') == std::string::npos;
        if (!is_word) {
            reader.complain(word.at, item_name(what, i), "must be a text; the command is left out");
            return std::nullopt;
        }
        line += (i == 0 ? "" : " ") + quote_for_shell(word.text);
    }
    return line;
}

// Absent when there is no command in it.
std::optional<Secret> script_of(const YamlNode& node, std::string_view what, NodeReader& reader)
{
    if (is_null(node)) return std::nullopt;
    if (node.kind != YamlNode::Kind::sequence) {
        reader.complain(node.at, what, "must be a list of commands");
        return std::nullopt;
    }
    const std::string head = "#!/bin/sh\n";
    auto script = head;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const auto& item = node.items[i];
        const auto name = item_name(what, i);
        std::optional<std::string> line;
        if (is_null(item)) continue;  // a comment is all there was
        if (item.kind == YamlNode::Kind::sequence)
            line = quoted_command(item, name, reader);
        else if (item.kind == YamlNode::Kind::mapping)
            reader.complain(item.at, name,
                            "is a mapping, which a ':' in a command makes of it; put the command "
                            "into quotes. It is left out");
        else
            line = reader.text(item, name);
        if (line && !line->empty()) script += *line + "\n";
    }
    return script == head ? std::nullopt : std::optional(Secret(std::move(script)));
}

}  // namespace

void read_runcmd(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    std::erase_if(config.wishes.scripts,
                  [](const UserScript& script) { return script.name == "user-data-runcmd"; });
    // Before the parts that are scripts, as cloud-init has it.
    if (auto script = script_of(node, "runcmd", reader))
        config.wishes.scripts.insert(config.wishes.scripts.begin(),
                                     {"user-data-runcmd", std::move(*script)});
}

void read_bootcmd(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.wishes.boot_scripts.clear();
    if (auto script = script_of(node, "bootcmd", reader))
        config.wishes.boot_scripts.push_back({"user-data-bootcmd", std::move(*script)});
}

}  // namespace onectx
