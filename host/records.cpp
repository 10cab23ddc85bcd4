// See records.h.
#include "host/records.h"

#include <utility>
#include <variant>

#include "common/result.h"
#include "host/template_xml.h"

namespace onectx {
namespace {

std::optional<std::string> value_of(const Template& attributes, std::string_view name)
{
    const auto* value = find_value(attributes, name);
    return value ? std::optional(*value) : std::nullopt;
}

std::vector<TemplateVector> vectors_of(const Template& attributes, std::string_view name)
{
    std::vector<TemplateVector> vectors;
    for (const auto& attribute : attributes.attributes) {
        const auto* vector = std::get_if<TemplateVector>(&attribute.value);
        if (vector && attribute.name == name) vectors.push_back(*vector);
    }
    return vectors;
}

// A template that a user wrote by hand says what a record has elements for.
Record record_of(Template attributes)
{
    Record record{.id = value_of(attributes, "ID"),
                  .name = value_of(attributes, "NAME"),
                  .uid = value_of(attributes, "UID"),
                  .uname = value_of(attributes, "UNAME"),
                  .gid = value_of(attributes, "GID"),
                  .gname = value_of(attributes, "GNAME"),
                  .stime = value_of(attributes, "STIME"),
                  .type = value_of(attributes, "TYPE"),
                  .state = value_of(attributes, "STATE"),
                  .source = value_of(attributes, "SOURCE"),
                  .address_ranges = vectors_of(attributes, "AR"),
                  .xml = write_template_xml(attributes)};
    record.attributes = std::move(attributes);
    return record;
}

}  // namespace

std::expected<Record, Diagnostic> parse_record(std::string_view text)
{
    if (text.starts_with('<'))
        return std::unexpected(complain_at(text, {}, "XML input is not supported yet"));
    return record_of(TRY(parse_template(text)));
}

const std::string* find_value(const Template& attributes, std::string_view name)
{
    for (const auto& attribute : attributes.attributes) {
        const auto* value = std::get_if<std::string>(&attribute.value);
        if (value && attribute.name == name) return value;
    }
    return nullptr;
}

}  // namespace onectx
