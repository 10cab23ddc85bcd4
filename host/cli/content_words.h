// The options about what goes on the image beside context.sh.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "host/contents.h"

namespace CLI {
class App;
}

namespace onectx {

struct ContentWords {
    std::vector<std::string> files;
    std::string token_password_file;
    std::string init = "none";
    std::vector<std::string> guest_programs;
};

void add_content_options(CLI::App& command, ContentWords& words);
[[nodiscard]] Result<ContentOptions> content_options(const ContentWords& words);

}  // namespace onectx
