// See content_words.h.
#include "host/cli/content_words.h"

#include <CLI/CLI.hpp>
#include <array>
#include <string_view>
#include <utility>

#include "common/text.h"
#include "host/files.h"

namespace onectx {
namespace {

Result<InitSettings> init_settings(const ContentWords& words)
{
    constexpr std::array<std::pair<std::string_view, InitKind>, 3> kKinds{
        {{"none", InitKind::none}, {"portable", InitKind::portable}, {"bundle", InitKind::bundle}}};
    for (const auto& [word, kind] : kKinds) {
        if (word == words.init) return InitSettings{kind, words.guest_programs};
    }
    return fail("--init: expected none, portable or bundle, not " + shown(words.init));
}

}  // namespace

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
    command
        .add_option("--init", words.init,
                    "an init.sh for images without a guest package: none, portable (a script) or "
                    "bundle (the guest program)")
        ->type_name("KIND")
        ->capture_default_str();
    command
        .add_option("--guest-binary", words.guest_programs,
                    "the program for --init bundle, one for each kind of machine")
        ->type_name("FILE")
        ->take_all()
        ->allow_extra_args(false);
}

Result<ContentOptions> content_options(const ContentWords& words)
{
    ContentOptions options;
    for (const auto& word : words.files)
        options.files.push_back(TRY(in_context("--file", parse_file_argument(word))));
    options.token.password_file = words.token_password_file;
    options.init = TRY(init_settings(words));
    return options;
}

}  // namespace onectx
