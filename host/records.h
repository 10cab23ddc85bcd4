// What OpenNebula knows of one thing (a virtual machine, its owner, a network, an image), as its
// `show -x` commands print it or as a template says it. Whoever needs such a text reads it here, so
// both languages are understood everywhere.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/diagnostic.h"
#include "host/template.h"

namespace onectx {

// What the document says that it is about; `bare` is a template without anything around it.
enum class RecordKind { bare, vm, vm_template, network, image, user };

struct Record {
    RecordKind kind = RecordKind::bare;
    // Of a bare template the attributes ID, NAME, UID, ... of that name.
    std::optional<std::string> id, name, uid, uname, gid, gname;
    std::optional<std::string> stime;                            // of a machine: seconds since 1970
    std::optional<std::string> type, state, persistent, source;  // of an image, numbers or words
    Template attributes;                                         // what TEMPLATE holds
    Template user_attributes;                    // what USER_TEMPLATE of a machine holds
    std::vector<TemplateVector> address_ranges;  // of a network: each AR, in order
    std::string xml;  // the whole document in one line; of a bare native text a TEMPLATE element
};

// Whether a text is XML: its first byte is `<`, behind white space unless OpenNebula is to be
// imitated. Anything else is in the native syntax, where no name begins so.
[[nodiscard]] bool is_xml(std::string_view text, Dialect dialect = Dialect::corrected);

// XML or the native syntax. Places are those of `text`. Refuses what parse_template or parse_xml
// refuses.
[[nodiscard]] std::expected<Record, Diagnostic> parse_record(std::string_view text,
                                                             Dialect dialect = Dialect::corrected);

// The value of the first attribute of that name that is a single one; nullptr when there is none.
[[nodiscard]] const std::string* find_value(const Template& attributes, std::string_view name);

}  // namespace onectx
