// See host_words.h.
#include "host/cli/host_words.h"

#include <CLI/CLI.hpp>

namespace onectx {
namespace {

struct HostOption {
    const char* option;
    const char* section;
    const char* name;
    const char* type;
    const char* description;
};

constexpr std::array<HostOption, kHostOptions> kOptions{{
    {"--restricted-dirs", "files", "restricted-dirs", "LIST",
     "directories that FILES may not name files of (/etc)"},
    {"--safe-dirs", "files", "safe-dirs", "LIST", "directories in them that it may"},
    {"--connect-timeout", "download", "connect-timeout", "SECONDS",
     "for a download to get a connection (10)"},
    {"--download-timeout", "download", "timeout", "SECONDS", "for one download (600)"},
    {"--download-max-size", "download", "max-size", "BYTES", "of one download (4 GiB)"},
    {"--ca-file", "download", "ca-file", "FILE", "certificates that downloads trust"},
    {"--onegate-endpoint", "onegate", "endpoint", "URL", "where machines find OneGate"},
}};

}  // namespace

void add_host_options(CLI::App& command, HostWords& words)
{
    command.add_option("--config", words.file, "instead of /etc/onectx/host.conf")
        ->type_name("FILE");
    for (std::size_t at = 0; at < kOptions.size(); ++at) {
        command.add_option(kOptions[at].option, words.settings[at], kOptions[at].description)
            ->type_name(kOptions[at].type)
            ->expected(1);
    }
}

Result<HostOptions> host_options(const HostWords& words)
{
    HostOptions options{.file = words.file};
    HostConfig unused;
    for (std::size_t at = 0; at < kOptions.size(); ++at) {
        if (words.settings[at].empty()) continue;
        const auto& [option, section, name, type, description] = kOptions[at];
        HostSetting setting{section, name, words.settings[at].front()};
        TRY(in_context(option, apply_setting(setting, unused)));
        options.settings.push_back(std::move(setting));
    }
    return options;
}

}  // namespace onectx
