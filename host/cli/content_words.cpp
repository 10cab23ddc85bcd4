// See content_words.h.
#include "host/cli/content_words.h"

#include <CLI/CLI.hpp>

#include "host/files.h"

namespace onectx {

void add_content_options(CLI::App& command, ContentWords& words)
{
    command.add_option("--file", words.files, "a file or directory for the image, maybe renamed")
        ->type_name("PATH[:NAME]")
        ->take_all()
        ->allow_extra_args(false);
    command
        .add_option("--token-password-file", words.token_password_file,
                    "holds the TOKEN_PASSWORD that token.txt is made with")
        ->type_name("FILE");
}

Result<ContentOptions> content_options(const ContentWords& words)
{
    ContentOptions options;
    for (const auto& word : words.files)
        options.files.push_back(TRY(in_context("--file", parse_file_argument(word))));
    options.token.password_file = words.token_password_file;
    return options;
}

}  // namespace onectx
