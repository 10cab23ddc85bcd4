// From INPUT on the command line to the context: reads the template and the records that belong to
// it, substitutes, generates, and applies --set.
// The one way in for every command that takes a template.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "common/context.h"
#include "common/diagnostic.h"
#include "host/context_values.h"
#include "host/load_records.h"
#include "host/records.h"

namespace onectx {

struct InputOptions {
    std::string path;                          // "-": standard input
    std::map<std::string, std::string> set{};  // NAME -> value; wins over everything
    RecordOptions records{};
    ValueSettings values{};
};

struct Input {
    std::string name;       // for messages
    std::string directory;  // where relative paths in the template begin
    std::string text;
    Record record;  // what the text says
    Context context;
};

// Prints warnings and errors; on failure the exit code of the program.
[[nodiscard]] std::expected<Input, int> load_input(const InputOptions& options);

}  // namespace onectx
