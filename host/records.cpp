// See records.h.
#include "host/records.h"

#include <array>
#include <utility>
#include <variant>

#include "common/result.h"
#include "common/text.h"
#include "host/template_compat.h"
#include "host/template_xml.h"
#include "host/xml_document.h"

namespace onectx {
namespace {

template <class T>
using Parsed = std::expected<T, Diagnostic>;

std::vector<TemplateVector> vectors_of(const Template& attributes, std::string_view name)
{
    std::vector<TemplateVector> vectors;
    for (const auto& attribute : attributes.attributes) {
        const auto* vector = std::get_if<TemplateVector>(&attribute.value);
        if (vector && attribute.name == name) vectors.push_back(*vector);
    }
    return vectors;
}

struct Field {
    const char* name;
    std::optional<std::string> Record::* member;
};

constexpr std::array<Field, 11> kFields{{{"ID", &Record::id},
                                         {"NAME", &Record::name},
                                         {"UID", &Record::uid},
                                         {"UNAME", &Record::uname},
                                         {"GID", &Record::gid},
                                         {"GNAME", &Record::gname},
                                         {"STIME", &Record::stime},
                                         {"TYPE", &Record::type},
                                         {"STATE", &Record::state},
                                         {"PERSISTENT", &Record::persistent},
                                         {"SOURCE", &Record::source}}};

// A template that a user wrote by hand says what a record has elements for.
Record record_of(Template attributes)
{
    Record record;
    for (const auto& [name, member] : kFields) {
        if (const auto* value = find_value(attributes, name)) record.*member = *value;
    }
    record.address_ranges = vectors_of(attributes, "AR");
    record.xml = write_template_xml(attributes);
    record.attributes = std::move(attributes);
    return record;
}

// What the root element of a document is called.
std::optional<RecordKind> kind_of(std::string_view root)
{
    constexpr std::array<std::pair<std::string_view, RecordKind>, 5> kinds{
        {{"VM", RecordKind::vm},
         {"VMTEMPLATE", RecordKind::vm_template},
         {"VNET", RecordKind::network},
         {"IMAGE", RecordKind::image},
         {"USER", RecordKind::user}}};
    for (const auto& [name, kind] : kinds) {
        if (name == root) return kind;
    }
    return std::nullopt;
}

Parsed<Record> read_record(std::string_view text, pugi::xml_node root, RecordKind kind)
{
    Record record{.kind = kind};
    for (const auto& [name, member] : kFields) {
        auto value = TRY(text_of(text, root.child(name)));
        if (!value.empty()) record.*member = std::move(value);
    }
    record.attributes = TRY(read_template_xml(text, root.child("TEMPLATE")));
    record.user_attributes = TRY(read_template_xml(text, root.child("USER_TEMPLATE")));
    auto ranges = TRY(read_template_xml(text, root.child("AR_POOL")));
    record.address_ranges = vectors_of(ranges, "AR");
    return record;
}

Parsed<Record> read_root(std::string_view text, pugi::xml_node root)
{
    std::string_view name = root.name();
    if (auto kind = kind_of(name)) return read_record(text, root, *kind);
    if (!name.ends_with("_POOL")) return record_of(TRY(read_template_xml(text, root)));
    return xml_error(text, offset_of(root),
                     shown(name) + " lists several; the document of one is needed");
}

Parsed<Record> parse_xml_record(std::string_view text)
{
    auto document = TRY(parse_xml(text));
    auto record = TRY(read_root(text, root_of(document)));
    record.xml = in_one_line(document);
    return record;
}

}  // namespace

bool is_xml(std::string_view text, Dialect dialect)
{
    return (dialect == Dialect::compat ? text : trim(text)).starts_with('<');
}

Parsed<Record> parse_record(std::string_view text, Dialect dialect)
{
    if (is_xml(text, dialect)) return parse_xml_record(text);
    if (dialect == Dialect::compat) return record_of(TRY(parse_template_compat(text)));
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
