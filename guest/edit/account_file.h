// Files of lines with fields between colons: passwd(5), group(5), shadow(5), gshadow(5), subuid(5).
// An edit touches one field or adds one line; comments, blank lines, NIS lines ("+::::::"), damaged
// lines and a missing last line end stay as they are. Refuses a field that would make another field
// or line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onectx {

class AccountFile {
  public:
    AccountFile() = default;
    explicit AccountFile(std::string_view text);

    // The fields of the first line of this name; absent when there is none.
    [[nodiscard]] std::optional<std::vector<std::string>> find(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }

    // The fields of every line that has at least `fields` of them.
    [[nodiscard]] std::vector<std::vector<std::string>> entries(std::size_t fields) const;

    // Sets a field of the first line of this name, which must be there; a line that is too short
    // gets empty fields up to it.
    void set(std::string_view name, std::size_t field, std::string_view value);

    // Adds a line at the end, but before the lines of NIS, which take in every name there is.
    void add(const std::vector<std::string>& fields);

    [[nodiscard]] std::string text() const;

  private:
    [[nodiscard]] std::vector<std::string>::const_iterator line_of(std::string_view name) const;
    std::vector<std::string> lines_;  // each with its end
};

}  // namespace onectx
