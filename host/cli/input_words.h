// The options that every command with a template shares, as typed and as checked.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "host/cli/content_words.h"
#include "host/cli/host_words.h"
#include "host/cli/record_words.h"
#include "host/input.h"
#include "host/iso_writer.h"

namespace CLI {
class App;
}

namespace onectx {

// INPUT and what changes its variables.
struct InputWords {
    std::string input;
    std::vector<std::string> set;
    RecordWords records;
    HostWords host;
    bool strict = false;
    bool compat = false;
};

void add_input_options(CLI::App& command, InputWords& words);
void add_variable_options(CLI::App& command, InputWords& words);  // all but INPUT
[[nodiscard]] Result<InputOptions> input_options(const InputWords& words);

// What goes on the image beside context.sh, and how the image is made.
struct ImageWords {
    ContentWords content;
    std::string label{kContextLabel};
    bool no_joliet = false;
    bool md5 = false;
    bool no_md5 = false;
};

struct ImageOptions {
    ContentOptions content;
    ImageSettings settings;
};

void add_image_options(CLI::App& command, ImageWords& words);
// Both read SOURCE_DATE_EPOCH.
[[nodiscard]] Result<ImageSettings> image_settings(const std::string& label, bool joliet);
[[nodiscard]] Result<ImageOptions> image_options(const ImageWords& words);

}  // namespace onectx
