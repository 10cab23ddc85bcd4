// YAML 1.1 as a tree of values with their places, read by libyaml. What a text may cost is bounded:
// bytes, nodes, depth, and what its aliases repeat. Nothing is built but strings, lists and
// mappings; what a plain word means is asked of it later (is_null() and its kin).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/diagnostic.h"

namespace onectx {

struct YamlNode;

struct YamlKey {
    std::string text;
    Position at;
};

struct YamlNode {
    enum class Kind { scalar, sequence, mapping };

    Kind kind = Kind::scalar;
    std::string text;    // of a scalar; the bytes themselves where it is tagged !!binary
    bool plain = false;  // a scalar without quotes: it may stand for a number, a truth or nothing
    bool binary = false;
    std::vector<YamlNode> items;  // of a sequence; the values of a mapping
    std::vector<YamlKey> keys;    // of a mapping, one for each item, none of them twice
    Position at;

    // The value of a key; null when there is none.
    [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

struct YamlDocument {
    YamlNode root;
    // Keys that are there twice: the last counts. !!binary with other characters than base64's.
    std::vector<Diagnostic> warnings;
};

// One document. An anchor's merge (`<<`) is done. No diagnostic quotes the text, which may be
// secret.
[[nodiscard]] std::expected<YamlDocument, Diagnostic> parse_yaml(std::string_view text);

// ~, null or nothing at all.
[[nodiscard]] bool is_null(const YamlNode& node);

// A whole number as YAML 1.1 writes it, in decimal, octal (0644, 0o644), hexadecimal or binary.
[[nodiscard]] std::optional<std::int64_t> integer_of(const YamlNode& node);

// A truth of YAML 1.1, or a text that says one (parse_boolean()).
[[nodiscard]] std::optional<bool> boolean_of(const YamlNode& node);

}  // namespace onectx
