// What was made of a template's text, kept for those who read the same file again and again.
// Promises that it is what reading once more would give: a file counts as the same as long as
// device, inode, size and both of its times are, and one that was changed a moment ago is not kept,
// as a second change might leave all of them alike.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/context.h"
#include "common/diagnostic.h"
#include "host/records.h"

namespace onectx {

// Everything that follows from the text alone.
struct ParsedTemplate {
    std::string text;
    Record record;
    Context context;                   // before anything is substituted
    std::vector<Diagnostic> warnings;  // of its CONTEXT section
};

// What tells one state of a file from another.
struct FileStamp {
    dev_t device = 0;
    ino_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified = 0, modified_ns = 0;
    std::int64_t changed = 0, changed_ns = 0;

    auto operator<=>(const FileStamp&) const = default;
};

// Absent for what is no regular file.
[[nodiscard]] std::optional<FileStamp> stamp_of(int file);

// Whether any later change will show in the stamp.
[[nodiscard]] bool is_settled(const FileStamp& stamp, std::time_t now);

class TemplateCache {
  public:
    // nullptr when it is not known; good until the next keep().
    [[nodiscard]] const ParsedTemplate* find(const FileStamp& stamp, Dialect dialect) const;
    // A large text is not kept, and only some templates are.
    void keep(const FileStamp& stamp, Dialect dialect, const ParsedTemplate& parsed);

  private:
    std::map<std::pair<FileStamp, Dialect>, ParsedTemplate> known_;
};

}  // namespace onectx
