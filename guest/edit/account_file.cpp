// See account_file.h.
#include "guest/edit/account_file.h"

#include <algorithm>
#include <stdexcept>

#include "common/text.h"
#include "guest/edit/lines.h"

namespace onectx {
namespace {

// Values are validated long before they come here; that one slips through is a bug, and writing it
// would be somebody's root account.
void require_one_field(std::string_view value)
{
    if (value.find_first_of(std::string_view(":\n\r\0", 4)) != std::string_view::npos)
        throw std::logic_error("a field of an account file holds a separator");
}

bool is_entry(std::string_view line)
{
    return !line.empty() && line.front() != '#' && line.find(':') != std::string_view::npos;
}

bool is_nis(std::string_view line)
{
    return line.starts_with('+') || line.starts_with('-');
}

std::vector<std::string> fields_of(std::string_view line)
{
    std::vector<std::string> fields;
    for (auto field : split(without_end(line), ':'))
        fields.emplace_back(field);
    return fields;
}

}  // namespace

AccountFile::AccountFile(std::string_view text) : lines_(lines_with_ends(text)) {}

std::vector<std::string>::const_iterator AccountFile::line_of(std::string_view name) const
{
    return std::find_if(lines_.begin(), lines_.end(), [&](std::string_view line) {
        return is_entry(line) && line.substr(0, line.find(':')) == name;
    });
}

std::optional<std::vector<std::string>> AccountFile::find(std::string_view name) const
{
    auto line = line_of(name);
    if (line == lines_.end()) return std::nullopt;
    return fields_of(*line);
}

std::vector<std::vector<std::string>> AccountFile::entries(std::size_t fields) const
{
    std::vector<std::vector<std::string>> result;
    for (const auto& line : lines_) {
        if (!is_entry(line)) continue;
        auto entry = fields_of(line);
        if (entry.size() >= fields) result.push_back(std::move(entry));
    }
    return result;
}

void AccountFile::set(std::string_view name, std::size_t field, std::string_view value)
{
    require_one_field(value);
    auto found = line_of(name);
    if (found == lines_.end()) throw std::logic_error("no such line in an account file");
    auto& line = lines_[static_cast<std::size_t>(found - lines_.begin())];
    auto end = line.substr(without_end(line).size());
    auto fields = fields_of(line);
    if (fields.size() <= field) fields.resize(field + 1);
    fields[field] = value;
    line = join(fields, ":") + end;
}

void AccountFile::add(const std::vector<std::string>& fields)
{
    for (const auto& field : fields)
        require_one_field(field);
    auto at = std::find_if(lines_.begin(), lines_.end(), is_nis) - lines_.begin();
    insert_line(lines_, static_cast<std::size_t>(at), join(fields, ":") + "\n");
}

std::string AccountFile::text() const
{
    return join_lines(lines_);
}

}  // namespace onectx
