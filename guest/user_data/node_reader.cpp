// See node_reader.h.
#include "guest/user_data/node_reader.h"

#include <algorithm>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {

std::string NodeReader::place(Position at, std::string_view what) const
{
    auto text = part_ + std::to_string(at.line) + ":" + std::to_string(at.column);
    if (!what.empty()) text.append(": ").append(what);
    return text;
}

void NodeReader::complain(Position at, std::string_view what, std::string_view message, bool error)
{
    if (problems_.size() == kMaxUserDataProblems)
        problems_.push_back({variable_, "more is wrong than is worth a word", true});
    if (problems_.size() > kMaxUserDataProblems) return;
    problems_.push_back({variable_, place(at, what) + ": " + std::string(message), error});
}

std::optional<std::string> NodeReader::text(const YamlNode& node, std::string_view what)
{
    if (node.kind == YamlNode::Kind::scalar && !is_null(node) && !node.text.empty() &&
        node.text.find('\0') == std::string::npos)
        return node.text;
    complain(node.at, what, "must be a text");
    return std::nullopt;
}

std::optional<bool> NodeReader::boolean(const YamlNode& node, std::string_view what)
{
    const auto value = boolean_of(node);
    if (!value) complain(node.at, what, "must be true or false");
    return value;
}

std::vector<std::string> NodeReader::texts(const YamlNode& node, std::string_view what,
                                           bool commas_part)
{
    std::vector<std::string> texts;
    if (is_null(node)) return texts;
    if (node.kind == YamlNode::Kind::scalar) {
        if (commas_part) return split_list(node.text);
        if (auto one = text(node, what)) texts.push_back(std::move(*one));
        return texts;
    }
    if (node.kind == YamlNode::Kind::mapping) {
        complain(node.at, what, "must be a list of texts");
        return texts;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (texts.size() == kMaxListItems) {
            complain(node.items[i].at, what,
                     "more than " + std::to_string(kMaxListItems) + " items; the rest is left out");
            break;
        }
        if (auto one = text(node.items[i], item_name(what, i))) texts.push_back(std::move(*one));
    }
    return texts;
}

bool NodeReader::is_mapping(const YamlNode& node, std::string_view what)
{
    if (node.kind == YamlNode::Kind::mapping) return true;
    complain(node.at, what, "must be a mapping (key: value)");
    return false;
}

std::string item_name(std::string_view list, std::size_t index)
{
    return std::string(list) + "[" + std::to_string(index) + "]";
}

std::string key_name(std::string_view key)
{
    std::string name(key);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

}  // namespace onectx
