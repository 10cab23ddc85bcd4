// YAML as a tree: what words mean, what is refused with its place, and what a text may cost.
#include "guest/user_data/yaml.h"

#include "common/limits.h"
#include "tests/support/catch.h"

namespace onectx::test {
namespace {

// The tree as one line: [a, b] and {key: value}; quoted texts in single quotes.
std::string to_line(const YamlNode& node)
{
    if (node.kind == YamlNode::Kind::scalar) return node.plain ? node.text : "'" + node.text + "'";
    const bool is_mapping = node.kind == YamlNode::Kind::mapping;
    std::string line = is_mapping ? "{" : "[";
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i != 0) line += ", ";
        if (is_mapping) line += node.keys[i].text + ": ";
        line += to_line(node.items[i]);
    }
    return line + (is_mapping ? "}" : "]");
}

std::string outcome(std::string_view text)
{
    const auto document = parse_yaml(text);
    if (!document)
        return std::to_string(document.error().at.line) + ":" +
               std::to_string(document.error().at.column) + ": " + document.error().message;
    auto line = to_line(document->root);
    for (const auto& warning : document->warnings)
        line += " | " + std::to_string(warning.at.line) + ":" + std::to_string(warning.at.column) +
                ": " + warning.message;
    return line;
}

}  // namespace

TEST_CASE("YAML as a tree", "[user-data]")
{
    struct Row {
        std::string text;
        std::string expected;
    };
    for (const auto& row : std::vector<Row>{
             {"", ""},
             {"# a comment\n", ""},
             {"a: b\n", "{a: b}"},
             {"a: \"b: c\"\n", "{a: 'b: c'}"},
             {"list:\n- one\n- [two, 'three']\n- {four: 5}\n",
              "{list: [one, [two, 'three'], {four: 5}]}"},
             {"text: |\n  one\n  two\nfolded: >-\n  one\n  two\n",
              "{text: 'one\ntwo\n', folded: 'one two'}"},
             {"data: !!binary SGVsbG8=\nword: !!str 0644\n", "{data: 'Hello', word: '0644'}"},
             {"data: !!binary SGVs...bG8=\n",
              "{data: 'Hello'} | 1:7: !!binary holds characters that are no base64; they are "
              "passed over"},
             {"a: &x [1, 2]\nb: *x\n", "{a: [1, 2], b: [1, 2]}"},
             {"base: &b {x: 1, y: 2}\nc: {<<: *b, y: 3}\n",
              "{base: {x: 1, y: 2}, c: {y: 3, x: 1}}"},
             {"a: 1\nb: 2\na: 3\n",
              "{a: 3, b: 2} | 3:1: 'a' is there already, in line 1; the last one counts"},
             // What is refused, with its place.
             {"a: [b\n", "2:1: did not find expected ',' or ']'"},
             {"a: b: c\n", "1:5: mapping values are not allowed in this context"},
             {"a:\n\t- b\n", "2:1: found character that cannot start any token"},
             {"a: *nothing\n", "1:4: nothing before it has this anchor"},
             {"a: &a [*a]\n", "1:8: nothing before it has this anchor"},
             {"? [a, b]\n: c\n", "1:3: a key must be one word"},
             {"<<: text\n", "1:5: only mappings can be merged"},
             {"x: !!binary '***'\n", "1:4: !!binary is no base64"},
             {"a: 1\n---\nb: 2\n", "2:1: a second document begins here"},
             {"a: \x01\n", "1:1: control characters are not allowed at byte 3"},
             {std::string("a: \xFF\n"), "1:1: invalid leading UTF-8 octet at byte 3"},
         }) {
        INFO(row.text);
        CHECK(outcome(row.text) == row.expected);
    }
}

TEST_CASE("a text of YAML costs no more than its limits", "[user-data]")
{
    // A thousand million laughs.
    std::string laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
    for (int i = 1; i < 9; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int j = 1; j < 10; ++j)
            laughs += "," + before;
        laughs += "]\n";
    }
    CHECK(outcome(laughs).ends_with("more than 100000 values"));

    const std::string deep(kMaxYamlDepth + 1, '[');
    CHECK(outcome(deep) == "1:65: more than 64 lists and mappings in one another");

    std::string copies = "a: &a " + std::string(1U << 20U, 'x') + "\nb:\n";
    for (int i = 0; i < 40; ++i)
        copies += "- *a\n";
    CHECK(outcome(copies).ends_with("more than 33554432 bytes of text"));

    std::string many;
    for (std::size_t i = 0; i < kMaxYamlNodes / 2 - 1; ++i)
        many += "k" + std::to_string(i) + ":\n";
    CHECK(parse_yaml(many).has_value());
}

TEST_CASE("plain words of YAML 1.1", "[user-data]")
{
    struct Row {
        std::string text;
        bool null;
        std::optional<std::int64_t> integer;
        std::optional<bool> boolean;
    };
    const auto none = std::nullopt;
    for (const auto& row : std::vector<Row>{
             {"", true, none, none},        {"~", true, none, none},
             {"null", true, none, none},    {"'null'", false, none, none},
             {"0644", false, 0644, none},   {"0o644", false, 0644, none},
             {"420", false, 420, none},     {"-12", false, -12, none},
             {"0x1F", false, 31, none},     {"0b101", false, 5, none},
             {"1_000", false, 1000, none},  {"0", false, 0, false},
             {"1", false, 1, true},         {"0899", false, none, none},
             {"--1", false, none, none},    {"99999999999999999999", false, none, none},
             {"'0644'", false, none, none}, {"yes", false, none, true},
             {"Off", false, none, false},   {"'true'", false, none, true},
             {"maybe", false, none, none},
         }) {
        INFO(row.text);
        const auto document = parse_yaml("k: " + row.text + "\n");
        REQUIRE(document);
        const auto* node = document->root.find("k");
        REQUIRE(node != nullptr);
        CHECK(is_null(*node) == row.null);
        CHECK(integer_of(*node) == row.integer);
        CHECK(boolean_of(*node) == row.boolean);
    }
}

}  // namespace onectx::test
