// See content_words.h.
#include "host/cli/content_words.h"

#include <CLI/CLI.hpp>

#include "common/text.h"
#include "host/files.h"

namespace onectx {

void add_init_options(CLI::App& command, InitWords& words)
{
    command
        .add_option("--init", words.kind,
                    "an init.sh for images without a guest package: none, portable (a script) or "
                    "bundle (the guest program)")
        ->type_name("KIND");
    command
        .add_option("--guest-binary", words.programs,
                    "the program for --init bundle, one for each kind of machine")
        ->type_name("FILE")
        ->take_all()
        ->allow_extra_args(false);
}

Result<InitOptions> init_options(const InitWords& words)
{
    InitOptions options{.programs = words.programs};
    if (words.kind.empty()) return options;
    options.kind = parse_init_kind(words.kind);
    if (options.kind) return options;
    return fail("--init: expected " + std::string(kInitKinds) + ", not " + shown(words.kind));
}

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
    add_init_options(command, words.init);
}

Result<ContentOptions> content_options(const ContentWords& words)
{
    ContentOptions options;
    for (const auto& word : words.files)
        options.files.push_back(TRY(in_context("--file", parse_file_argument(word))));
    options.token.password_file = words.token_password_file;
    options.init = TRY(init_options(words.init));
    return options;
}

}  // namespace onectx
