// From INPUT on the command line to the context: reads the template and the records that belong to
// it, substitutes, generates, and applies --set.
// The one way in for every command that takes a template.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/context.h"
#include "common/diagnostic.h"
#include "common/result.h"
#include "host/config.h"
#include "host/context_values.h"
#include "host/load_records.h"
#include "host/records.h"
#include "host/template_cache.h"

namespace onectx {

struct InputOptions {
    std::string path;                          // "-": standard input
    std::map<std::string, std::string> set{};  // NAME -> value; wins over everything
    RecordOptions records{};
    ValueSettings values{};
    HostOptions host{};
};

struct Input {
    std::string name;       // for messages
    std::string directory;  // where relative paths in the template begin
    std::string text;
    Record record;  // what the text says
    Context context;
    std::optional<std::string> vmid{};        // of the machine that it is for
    std::optional<std::string> start_time{};  // of that
    HostConfig config{};
};

// Where relative paths of a template begin: its folder, or the current one for standard input.
[[nodiscard]] std::string directory_of(const std::string& path);

// Prints an error of a variable, at its place in the template when it comes from there, and gives
// the exit code that it means.
int report(const Input& input, std::string_view variable, const Error& error);
void warn_of(const Input& input, std::string_view variable, std::string_view message);

// For a command that loads many. The files of this host's configuration are read once, so all the
// options must name the same; a template that has not changed is parsed once.
class InputLoader {
  public:
    // Prints warnings and errors; on failure the exit code of the program.
    [[nodiscard]] std::expected<Input, int> load(const InputOptions& options);

  private:
    [[nodiscard]] std::expected<ParsedTemplate, int> read_template(const InputOptions& options,
                                                                   const std::string& name);
    [[nodiscard]] std::expected<HostConfig, int> config(const HostOptions& options);

    TemplateCache templates_;
    std::optional<HostConfig> config_;
};

// The same for one.
[[nodiscard]] std::expected<Input, int> load_input(const InputOptions& options);

}  // namespace onectx
