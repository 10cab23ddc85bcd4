// See yaml.h.
#include "guest/user_data/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>
#include <variant>

#include "common/base64.h"
#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"

namespace onectx {
namespace {

template <class T>
using Parsed = std::expected<T, Diagnostic>;

constexpr std::string_view kBinaryTag = "tag:yaml.org,2002:binary";
constexpr std::string_view kStringTag = "tag:yaml.org,2002:str";
constexpr std::string_view kMergeKey = "<<";

Position position_of_mark(const yaml_mark_t& mark)
{
    return {static_cast<unsigned>(mark.line + 1), static_cast<unsigned>(mark.column + 1)};
}

std::string_view view_of(const yaml_char_t* text, std::size_t size)
{
    return {reinterpret_cast<const char*>(text), size};
}

std::string_view view_of(const yaml_char_t* text)
{
    return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

std::unexpected<Diagnostic> complain(Position at, std::string message)
{
    return std::unexpected(Diagnostic{at, std::move(message), {}});
}

// libyaml's parser and the event it gave last, released with this.
class EventStream {
  public:
    explicit EventStream(std::string_view text)
    {
        yaml_parser_initialize(&parser_);
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const yaml_char_t*>(text.data()),
                                     text.size());
    }
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;
    ~EventStream()
    {
        yaml_event_delete(&event_);
        yaml_parser_delete(&parser_);
    }

    // The next event, valid until the one after it is asked for.
    Parsed<const yaml_event_t*> next()
    {
        yaml_event_delete(&event_);
        if (yaml_parser_parse(&parser_, &event_) == 1) return &event_;
        event_ = {};
        const auto* problem = parser_.problem == nullptr ? "no memory" : parser_.problem;
        const bool is_of_reader = parser_.error == YAML_READER_ERROR;
        if (is_of_reader)
            return complain(
                {}, std::string(problem) + " at byte " + std::to_string(parser_.problem_offset));
        return complain(position_of_mark(parser_.problem_mark), problem);
    }

  private:
    yaml_parser_t parser_{};
    yaml_event_t event_{};
};

// What a node costs, itself and all below it.
struct Cost {
    std::size_t nodes = 1;
    std::size_t bytes = 0;

    Cost& operator+=(const Cost& other)
    {
        nodes += other.nodes;
        bytes += other.bytes;
        return *this;
    }
};

struct Built {
    YamlNode node;
    Cost cost;
};

class Builder {
  public:
    explicit Builder(std::string_view text) : events_(text) {}

    Parsed<YamlDocument> build()
    {
        TRY(expect(YAML_STREAM_START_EVENT));
        const auto* event = TRY(events_.next());
        if (event->type == YAML_STREAM_END_EVENT) return YamlDocument{{.plain = true}, {}};
        event = TRY(events_.next());
        auto root = TRY(build_node(*event, 0));
        TRY(expect(YAML_DOCUMENT_END_EVENT));
        event = TRY(events_.next());
        if (event->type != YAML_STREAM_END_EVENT)
            return complain(position_of_mark(event->start_mark), "a second document begins here");
        return YamlDocument{std::move(root.node), std::move(warnings_)};
    }

  private:
    Parsed<std::monostate> expect(yaml_event_type_t type)
    {
        const auto* event = TRY(events_.next());
        if (event->type == type) return std::monostate();
        return complain(position_of_mark(event->start_mark), "is not expected here");
    }

    Parsed<std::monostate> spend(const Cost& cost, Position at)
    {
        spent_ += cost;
        if (spent_.nodes > kMaxYamlNodes)
            return complain(at, "more than " + std::to_string(kMaxYamlNodes) + " values");
        if (spent_.bytes > kMaxYamlBytes)
            return complain(at, "more than " + std::to_string(kMaxYamlBytes) + " bytes of text");
        return std::monostate();
    }

    Parsed<Built> build_node(const yaml_event_t& event, unsigned depth)
    {
        const auto at = position_of_mark(event.start_mark);
        if (depth == kMaxYamlDepth)
            return complain(at, "more than " + std::to_string(kMaxYamlDepth) +
                                    " lists and mappings in one another");
        switch (event.type) {
            case YAML_SCALAR_EVENT: return build_scalar(event, at);
            case YAML_ALIAS_EVENT: return copy_of(view_of(event.data.alias.anchor), at);
            case YAML_SEQUENCE_START_EVENT: return build_sequence(event, at, depth);
            case YAML_MAPPING_START_EVENT: return build_mapping(event, at, depth);
            default: return complain(at, "is not expected here");
        }
    }

    Parsed<Built> build_scalar(const yaml_event_t& event, Position at)
    {
        const auto& scalar = event.data.scalar;
        const auto tag = view_of(scalar.tag);
        Built built{{.at = at}, {}};
        built.node.text = view_of(scalar.value, scalar.length);
        built.node.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && tag != kStringTag;
        if (tag == kBinaryTag) {
            auto bytes = decode_base64_loosely(built.node.text);
            if (!bytes) return complain(at, "!!binary is no base64");
            if (!decode_base64(built.node.text))
                warn(at, "!!binary " + std::string(kOtherThanBase64));
            built.node.text = std::move(*bytes);
            built.node.plain = false;
            built.node.binary = true;
        }
        built.cost.bytes = built.node.text.size();
        TRY(spend(built.cost, at));
        return keep_as(std::string(view_of(scalar.anchor)), std::move(built));
    }

    // Remembers what an alias may repeat.
    Parsed<Built> keep_as(const std::string& anchor, Built built)
    {
        if (anchor.empty()) return built;
        TRY(spend(built.cost, built.node.at));
        anchors_.insert_or_assign(anchor, built);
        return built;
    }

    Parsed<Built> copy_of(std::string_view anchor, Position at)
    {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) return complain(at, "nothing before it has this anchor");
        TRY(spend(found->second.cost, at));
        return found->second;
    }

    Parsed<Built> build_sequence(const yaml_event_t& event, Position at, unsigned depth)
    {
        const std::string anchor(view_of(event.data.sequence_start.anchor));
        Built built{{.kind = YamlNode::Kind::sequence, .at = at}, {}};
        TRY(spend({}, at));
        for (;;) {
            const auto* next = TRY(events_.next());
            if (next->type == YAML_SEQUENCE_END_EVENT) break;
            auto item = TRY(build_node(*next, depth + 1));
            built.cost += item.cost;
            built.node.items.push_back(std::move(item.node));
        }
        return keep_as(anchor, std::move(built));
    }

    Parsed<Built> build_mapping(const yaml_event_t& event, Position at, unsigned depth)
    {
        const std::string anchor(view_of(event.data.mapping_start.anchor));
        Built built{{.kind = YamlNode::Kind::mapping, .at = at}, {}};
        TRY(spend({}, at));
        std::vector<YamlNode> merged;
        Index index;
        for (;;) {
            const auto* next = TRY(events_.next());
            if (next->type == YAML_MAPPING_END_EVENT) break;
            auto key = TRY(build_node(*next, depth + 1));
            if (key.node.kind != YamlNode::Kind::scalar)
                return complain(key.node.at, "a key must be one word");
            next = TRY(events_.next());
            auto value = TRY(build_node(*next, depth + 1));
            built.cost += key.cost;
            built.cost += value.cost;
            if (key.node.plain && key.node.text == kMergeKey)
                merged.push_back(std::move(value.node));
            else
                put({std::move(key.node.text), key.node.at}, std::move(value.node), built.node,
                    index);
        }
        for (auto& source : merged)
            TRY(merge(std::move(source), built.node, index));
        return keep_as(anchor, std::move(built));
    }

    // Where the keys of a mapping are in it, while it is made.
    using Index = std::map<std::string, std::size_t, std::less<>>;

    void put(YamlKey key, YamlNode value, YamlNode& mapping, Index& index)
    {
        const auto [known, is_new] = index.emplace(key.text, mapping.keys.size());
        if (is_new) {
            mapping.keys.push_back(std::move(key));
            mapping.items.push_back(std::move(value));
            return;
        }
        auto& present = mapping.keys[known->second];
        warn(key.at, shown(key.text) + " is there already, in line " +
                         std::to_string(present.at.line) + "; the last one counts");
        present.at = key.at;
        mapping.items[known->second] = std::move(value);
    }

    void warn(Position at, std::string message)
    {
        if (warnings_.size() < kMaxDiagnostics) warnings_.push_back({at, std::move(message), {}});
    }

    // https://yaml.org/type/merge.html: what the mapping has itself stays.
    static Parsed<std::monostate> merge(YamlNode source, YamlNode& mapping, Index& index)
    {
        if (source.kind == YamlNode::Kind::sequence) {
            for (auto& item : source.items)
                TRY(merge(std::move(item), mapping, index));
            return std::monostate();
        }
        if (source.kind != YamlNode::Kind::mapping)
            return complain(source.at, "only mappings can be merged");
        for (std::size_t i = 0; i < source.keys.size(); ++i) {
            if (!index.emplace(source.keys[i].text, mapping.keys.size()).second) continue;
            mapping.keys.push_back(std::move(source.keys[i]));
            mapping.items.push_back(std::move(source.items[i]));
        }
        return std::monostate();
    }

    EventStream events_;
    Cost spent_{0, 0};
    std::map<std::string, Built, std::less<>> anchors_;
    std::vector<Diagnostic> warnings_;
};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const
{
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i].text == key) return &items[i];
    return nullptr;
}

std::expected<YamlDocument, Diagnostic> parse_yaml(std::string_view text)
{
    return Builder(text).build();
}

bool is_null(const YamlNode& node)
{
    return node.kind == YamlNode::Kind::scalar && node.plain &&
           is_one_of(node.text, {"", "~", "null", "Null", "NULL"});
}

std::optional<std::int64_t> integer_of(const YamlNode& node)
{
    if (node.kind != YamlNode::Kind::scalar || !node.plain) return std::nullopt;
    std::string text;
    std::copy_if(node.text.begin(), node.text.end(), std::back_inserter(text),
                 [](char c) { return c != '_'; });
    std::string_view digits = text;
    const bool is_negative = digits.starts_with('-');
    if (is_negative || digits.starts_with('+')) digits.remove_prefix(1);
    int base = 10;
    for (const auto& [prefix, of_prefix] :
         {std::pair("0x", 16), std::pair("0o", 8), std::pair("0b", 2), std::pair("0", 8)}) {
        if (!digits.starts_with(prefix) || digits == "0") continue;
        digits.remove_prefix(std::string_view(prefix).size());
        base = of_prefix;
        break;
    }
    std::int64_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, problem] = std::from_chars(digits.data(), end, number, base);
    if (digits.starts_with('-') || stop != end || problem != std::errc()) return std::nullopt;
    return is_negative ? -number : number;
}

std::optional<bool> boolean_of(const YamlNode& node)
{
    if (node.kind != YamlNode::Kind::scalar) return std::nullopt;
    return parse_boolean(node.text);
}

}  // namespace onectx
