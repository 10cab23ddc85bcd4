// See template_xml.h.
#include "host/template_xml.h"

#include <map>
#include <utility>
#include <variant>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "host/xml_document.h"

namespace onectx {
namespace {

template <class T>
using Parsed = std::expected<T, Diagnostic>;

// What stands directly in an element.
struct Content {
    bool elements = false;
    pugi::xml_node text;  // the first one
};

Content content_of(const pugi::xml_node& element)
{
    Content content;
    for (auto node : element) {
        if (node.type() == pugi::node_element)
            content.elements = true;
        else if (!content.text)
            content.text = node;
    }
    return content;
}

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text), cursor_(text) {}

    Parsed<Template> read(const pugi::xml_node& parent);

  private:
    Parsed<void> read_attribute(const pugi::xml_node& element);
    Parsed<TemplateVector> read_vector(const pugi::xml_node& element);
    Parsed<Place> place_of(const pugi::xml_node& element);
    [[nodiscard]] Parsed<void> refuse_text_beside_elements(const Content& content) const;
    void warn(const Place& place, std::string message);

    std::string_view text_;
    PositionCursor cursor_;
    std::size_t previous_ = 0;  // offset of the element before
    std::size_t names_ = 0;
    Template result_;
};

Parsed<Template> Reader::read(const pugi::xml_node& parent)
{
    auto content = content_of(parent);
    content.elements = true;  // text would be no value of anything
    TRY(refuse_text_beside_elements(content));
    for (auto element : parent)
        TRY(read_attribute(element));
    return std::move(result_);
}

Parsed<void> Reader::read_attribute(const pugi::xml_node& element)
{
    Attribute attribute{.name = attribute_name(element.name())};
    attribute.place = TRY(place_of(element));
    auto content = content_of(element);
    TRY(refuse_text_beside_elements(content));
    if (content.elements)
        attribute.value = TRY(read_vector(element));
    else if (content.text)
        attribute.value = TRY(text_of(text_, element));
    else
        return {};
    result_.attributes.push_back(std::move(attribute));
    return {};
}

Parsed<TemplateVector> Reader::read_vector(const pugi::xml_node& element)
{
    TemplateVector items;
    std::map<std::string, std::size_t, std::less<>> indexes;
    for (auto child : element) {
        auto place = TRY(place_of(child));
        auto content = content_of(child);
        if (content.elements) {
            warn(place, shown(child.name()) + " holds elements, which no key can; it is dropped");
            continue;
        }
        if (!content.text) continue;
        TemplateItem item{.key = child.name(), .place = place};
        item.value = TRY(text_of(text_, child));
        auto [known, is_new] = indexes.emplace(item.key, items.size());
        if (is_new) {
            items.push_back(std::move(item));
        } else {
            warn(place, shown(item.key) + " occurs twice; the last one counts");
            items[known->second] = std::move(item);
        }
    }
    return items;
}

Parsed<Place> Reader::place_of(const pugi::xml_node& element)
{
    auto offset = offset_of(element);
    Place place{offset, previous_, cursor_.move_to(offset).line};
    if (++names_ > kMaxVariables) {
        auto limit = std::to_string(kMaxVariables);
        return std::unexpected(complain_at(text_, place, "more than " + limit + " names"));
    }
    previous_ = offset;
    return place;
}

Parsed<void> Reader::refuse_text_beside_elements(const Content& content) const
{
    if (!content.elements || !content.text) return {};
    return xml_error(text_, offset_of(content.text), "text beside elements");
}

void Reader::warn(const Place& place, std::string message)
{
    add_warning(result_, complain_at(text_, place, std::move(message)));
}

// Two things cannot stand in CDATA: its own end, and a CR, which a reader makes a LF.
std::string cdata(std::string_view value)
{
    std::string text = "<![CDATA[";
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\r')
            text += "]]>&#13;<![CDATA[";
        else if (value[i] == '>' && value.substr(0, i).ends_with("]]"))
            text += "]]><![CDATA[>";
        else
            text += value[i];
    }
    return text + "]]>";
}

// A key of a vector may begin with a digit, an element may not.
std::string element(std::string_view name, std::string_view content)
{
    auto tag = (is_digit(name.front()) ? "ONE_" : "") + std::string(name) + '>';
    return '<' + tag + std::string(content) + "</" + tag;
}

}  // namespace

Parsed<Template> read_template_xml(std::string_view text, const pugi::xml_node& parent)
{
    return Reader(text).read(parent);
}

std::string write_template_xml(const Template& attributes, std::string_view root)
{
    std::string all;
    for (const auto& attribute : attributes.attributes) {
        if (const auto* value = std::get_if<std::string>(&attribute.value)) {
            all += element(attribute.name, cdata(*value));
            continue;
        }
        std::string items;
        for (const auto& item : std::get<TemplateVector>(attribute.value))
            items += element(item.key, cdata(item.value));
        all += element(attribute.name, items);
    }
    return element(root, all);
}

}  // namespace onectx
