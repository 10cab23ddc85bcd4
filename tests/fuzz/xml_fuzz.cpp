// Fuzzes records in XML: complaints lie within the text, and a template that comes out is the same
// when it is written and read again, as is the document in one line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/limits.h"
#include "common/text.h"
#include "host/records.h"
#include "host/template_xml.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

// Names and values in order; a vector without a key cannot be written and is left out.
std::vector<std::string> flat(const Template& parsed)
{
    std::vector<std::string> all;
    for (const auto& attribute : parsed.attributes) {
        if (const auto* value = std::get_if<std::string>(&attribute.value)) {
            all.insert(all.end(), {attribute.name, "=", *value});
            continue;
        }
        const auto& items = std::get<TemplateVector>(attribute.value);
        if (!items.empty()) all.insert(all.end(), {attribute.name, "["});
        for (const auto& item : items)
            all.insert(all.end(), {item.key, item.value});
    }
    return all;
}

bool is_named_at(std::string_view text, std::size_t offset, std::string_view name)
{
    constexpr std::string_view added = "ONE_";
    if (to_upper(text.substr(offset, name.size())) == name) return true;
    return name.starts_with(added) &&
           to_upper(text.substr(offset, name.size() - added.size())) == name.substr(added.size());
}

void check_template(std::string_view text, const Template& parsed)
{
    require(parsed.warnings.size() <= kMaxDiagnostics);
    for (const auto& warning : parsed.warnings)
        check_complaint(text, warning);
    for (const auto& attribute : parsed.attributes) {
        require(is_named_at(text, attribute.place.offset, attribute.name));
        require(position_of(text, attribute.place.offset).line == attribute.place.line);
        if (const auto* value = std::get_if<std::string>(&attribute.value)) {
            require(*value == trim(*value));
            continue;
        }
        for (const auto& item : std::get<TemplateVector>(attribute.value)) {
            require(text.substr(item.place.offset).starts_with(item.key));
            require(item.value == trim(item.value));
        }
    }
    const auto again = parse_record(write_template_xml(parsed));
    require(again && flat(again->attributes) == flat(parsed));
}

void check(std::string_view text)
{
    if (!text.starts_with('<')) return;
    const auto record = parse_record(text);
    if (!record) return check_complaint(text, record.error());
    check_template(text, record->attributes);
    check_template(text, record->user_attributes);
    const auto again = parse_record(record->xml);
    require(again && again->kind == record->kind && again->name == record->name);
    require(again->xml == record->xml);
    require(flat(again->attributes) == flat(record->attributes));
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size != 0) onectx::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
