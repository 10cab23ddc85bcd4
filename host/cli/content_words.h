// The options about what goes on the image beside context.sh. Those of init.sh stand by themselves:
// a transfer has them too.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "host/contents.h"

namespace CLI {
class App;
}

namespace onectx {

struct InitWords {
    std::string kind;  // empty: not given
    std::vector<std::string> programs;
};

void add_init_options(CLI::App& command, InitWords& words);
[[nodiscard]] Result<InitOptions> init_options(const InitWords& words);

struct ContentWords {
    std::vector<std::string> files;
    std::string token_password_file;
    InitWords init;
};

void add_content_options(CLI::App& command, ContentWords& words);
[[nodiscard]] Result<ContentOptions> content_options(const ContentWords& words);

}  // namespace onectx
