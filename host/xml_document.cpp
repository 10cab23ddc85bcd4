// See xml_document.h.
#include "host/xml_document.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "common/utf8.h"
#include "host/template.h"

namespace onectx {
namespace {

template <class T>
using Parsed = std::expected<T, Diagnostic>;

// Nothing is resolved or normalised by the library, so that its offsets are those of the text. A
// "fragment" shows what stands beside the root.
constexpr unsigned kParseOptions =
    pugi::parse_cdata | pugi::parse_doctype | pugi::parse_declaration | pugi::parse_fragment;

constexpr std::string_view kCdata = "<![CDATA[";
constexpr std::string_view kComment = "<!--";

Parsed<void> check_bytes(std::string_view text)
{
    TRY(check_template_bytes(text));
    // Each element costs the tree some memory, however short it is.
    auto tags = std::count(text.begin(), text.end(), '<');
    if (static_cast<std::size_t>(tags) > kMaxXmlTags) {
        auto limit = std::to_string(kMaxXmlTags);
        return std::unexpected(Diagnostic{{}, "the text has more than " + limit + " tags", ""});
    }
    return {};
}

// The '>' of the tag at `at`, or the end of the text; one in a quoted attribute does not count.
std::size_t end_of_tag(std::string_view text, std::size_t at)
{
    while (at < text.size() && text[at] != '>') {
        bool is_quote = text[at] == '"' || text[at] == '\'';
        if (is_quote) at = std::min(text.find(text[at], at + 1), text.size());
        at = std::min(at + 1, text.size());
    }
    return at;
}

// The offset of the name of the element that is open at `end`; everything before it is well-formed.
std::optional<std::size_t> open_element(std::string_view text, std::size_t end)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOthers{
        {{kCdata, "]]>"}, {kComment, "-->"}, {"<?", "?>"}}};
    std::vector<std::size_t> open;
    text = text.substr(0, end);
    for (auto at = text.find('<'); at < text.size(); at = text.find('<', at)) {
        auto rest = text.substr(at);
        const auto* other = std::find_if(kOthers.begin(), kOthers.end(), [&](const auto& pair) {
            return rest.starts_with(pair.first);
        });
        if (other != kOthers.end()) {
            at = text.find(other->second, at);
            continue;
        }
        bool is_end = rest.starts_with("</");
        auto close = end_of_tag(text, at);
        if (is_end && close < text.size() && !open.empty()) open.pop_back();
        if (!is_end && text[close - 1] != '/') open.push_back(at + 1);
        at = close;
    }
    return open.empty() ? std::nullopt : std::optional(open.back());
}

std::string name_element(std::string_view text, std::size_t start)
{
    auto length = std::min(text.find_first_of(" \t\r\n/>", start), text.size()) - start;
    return shown(text.substr(start, length));
}

// At an end tag, or at the end of the text, an element is open that should not be.
std::unexpected<Diagnostic> mismatch(std::string_view text, std::size_t offset)
{
    bool is_end_tag = text.substr(0, offset).ends_with("</");
    auto open = open_element(text, is_end_tag ? offset - 2 : offset);
    // A name in a broken text may be a piece of a secret.
    if (!open || !may_show(text, {.offset = offset})) {
        return xml_error(text, offset,
                         is_end_tag ? "this end tag does not match the element that is open"
                                    : "the text ends within an element");
    }
    auto element =
        name_element(text, *open) + " of line " + std::to_string(position_of(text, *open).line);
    return xml_error(
        text, offset,
        is_end_tag ? "end tag of " + name_element(text, offset) + ", but " + element + " is open"
                   : "the text ends within " + element);
}

// What the library noticed at `offset`, which lies at the end of what is unterminated.
std::unexpected<Diagnostic> syntax_error(std::string_view text, const pugi::xml_parse_result& found)
{
    auto offset = static_cast<std::size_t>(found.offset);
    // Behind the last character that can be seen: the place to look at.
    auto seen = text.substr(0, offset + 1).find_last_not_of(" \t\r\n");
    if (seen != offset) offset = seen + 1;  // the text begins with '<'
    auto last = [&](std::string_view opening) {
        auto at = text.substr(0, offset + 1).rfind(opening);
        return at == std::string_view::npos ? offset : at;
    };
    switch (found.status) {
        case pugi::status_bad_cdata:
            return xml_error(text, last(kCdata), "unterminated CDATA section");
        case pugi::status_bad_comment:
            return xml_error(text, last(kComment), "unterminated comment");
        case pugi::status_bad_doctype:
            return xml_error(text, offset, "a document type is not accepted");
        case pugi::status_bad_pi:
            return xml_error(text, offset, "malformed processing instruction");
        case pugi::status_bad_attribute:
        case pugi::status_bad_start_element: return xml_error(text, offset, "malformed start tag");
        case pugi::status_bad_end_element: return xml_error(text, offset, "malformed end tag");
        case pugi::status_end_element_mismatch: return mismatch(text, offset);
        default: return xml_error(text, offset, "a '<' that begins no tag");
    }
}

// The first thing in the document that does not belong beside its root, or is a second one.
Parsed<void> check_top_level(std::string_view text, const pugi::xml_document& document)
{
    bool has_root = false;
    for (auto node : document) {
        auto refuse = [&](std::string message) {
            return xml_error(text, offset_of(node), std::move(message));
        };
        std::string_view encoding = node.attribute("encoding").value();
        switch (node.type()) {
            case pugi::node_doctype: return refuse("a document type is not accepted");
            case pugi::node_declaration:
                if (!encoding.empty() && !equals_ignoring_case(encoding, "UTF-8"))
                    return refuse("the encoding must be UTF-8");
                break;
            case pugi::node_element:
                if (has_root) return refuse("a second root element");
                has_root = true;
                break;
            default: return refuse("text outside the root element");
        }
    }
    if (!has_root) return std::unexpected(Diagnostic{{}, "there is no element", ""});
    return {};
}

// Drops attributes, and stops at the first node that lies too deep.
struct TreeWalker : pugi::xml_tree_walker {
    pugi::xml_node too_deep;

    bool for_each(pugi::xml_node& node) override
    {
        node.remove_attributes();
        if (depth() < static_cast<int>(kMaxXmlDepth)) return true;
        too_deep = node;
        return false;
    }
};

Parsed<void> walk_tree(std::string_view text, pugi::xml_document& document)
{
    TreeWalker walker;
    if (document.traverse(walker)) return {};
    return xml_error(text, offset_of(walker.too_deep),
                     "more than " + std::to_string(kMaxXmlDepth) + " elements in one another");
}

// What stands between `&` and `;`, as a character.
std::optional<std::string> resolve(std::string_view reference)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> named{
        {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}}};
    for (const auto& [name, character] : named) {
        if (reference == name) return std::string(character);
    }
    if (!reference.starts_with('#')) return std::nullopt;
    reference.remove_prefix(1);
    bool is_hexadecimal = reference.starts_with('x');
    if (is_hexadecimal) reference.remove_prefix(1);
    std::uint32_t number = 0;
    const auto* end = reference.data() + reference.size();
    auto [stop, problem] = std::from_chars(reference.data(), end, number, is_hexadecimal ? 16 : 10);
    if (problem != std::errc() || stop != end || !is_character(number)) return std::nullopt;
    return encode_utf8(number);
}

// The text of one node: CR LF and CR are LF (XML 1.0, 2.11), and references are resolved where they
// have a meaning. The error is how many
// bytes were left at the first that has none.
std::expected<std::string, std::size_t> decode(std::string_view raw, bool has_references)
{
    std::string text;
    while (!raw.empty()) {
        auto stop = std::min(raw.find_first_of(has_references ? "\r&" : "\r"), raw.size());
        text += raw.substr(0, stop);
        raw.remove_prefix(stop);
        if (raw.starts_with('\r')) {
            text += '\n';
            raw.remove_prefix(raw.starts_with("\r\n") ? 2 : 1);
        } else if (raw.starts_with('&')) {
            auto end = raw.find(';');
            if (end == std::string_view::npos) return std::unexpected(raw.size());
            auto character = resolve(raw.substr(1, end - 1));
            if (!character) return std::unexpected(raw.size());
            text += *character;
            raw.remove_prefix(end + 1);
        }
    }
    return text;
}

}  // namespace

std::size_t offset_of(const pugi::xml_node& node)
{
    auto start = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
    if (node.type() != pugi::node_pcdata) return start;
    std::string_view text = node.value();
    return start + std::min(text.find_first_not_of(" \t\r\n"), text.size());
}

std::unexpected<Diagnostic> xml_error(std::string_view text, std::size_t offset,
                                      std::string message)
{
    return std::unexpected(complain_at(text, {.offset = offset}, std::move(message)));
}

Parsed<pugi::xml_document> parse_xml(std::string_view text)
{
    TRY(check_bytes(text));
    pugi::xml_document document;
    auto found = document.load_buffer(text.data(), text.size(), kParseOptions, pugi::encoding_utf8);
    if (found.status == pugi::status_out_of_memory) throw std::bad_alloc();
    if (!found) return syntax_error(text, found);
    TRY(check_top_level(text, document));
    TRY(walk_tree(text, document));
    return document;
}

pugi::xml_node root_of(const pugi::xml_document& document)
{
    return document.document_element();
}

Parsed<std::string> text_of(std::string_view document, pugi::xml_node element)
{
    std::string text;
    for (auto node : element) {
        bool is_cdata = node.type() == pugi::node_cdata;
        if (!is_cdata && node.type() != pugi::node_pcdata) continue;
        std::string_view raw = node.value();
        auto part = decode(raw, !is_cdata);
        if (!part) {
            auto start = static_cast<std::size_t>(node.offset_debug());
            auto at = start + raw.size() - part.error();
            return xml_error(document, at,
                             "'&' that begins no reference known here; write &amp; for itself");
        }
        text += *part;
    }
    return std::string(trim(text));
}

std::string in_one_line(const pugi::xml_document& document)
{
    struct Writer : pugi::xml_writer {
        std::string text;
        void write(const void* data, std::size_t size) override
        {
            text.append(static_cast<const char*>(data), size);
        }
    } writer;
    root_of(document).print(writer, "", pugi::format_raw | pugi::format_no_escapes,
                            pugi::encoding_utf8);
    return std::move(writer.text);
}

}  // namespace onectx
