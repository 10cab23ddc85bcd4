// The options of `onectx disk`.
#include "host/disk.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "host/cli/platform_words.h"
#include "host/cli/subcommand.h"

namespace onectx {
namespace {

constexpr const char* kExamples = R"(Examples:
  onectx disk web.tmpl --hypervisor kvm --source /var/lib/one/datastores/0/7/disk.1
  onectx disk web.tmpl --hypervisor xen4 --toolstack xm --source /srv/web.iso
  onevm show -x 7 | onectx disk - --hypervisor lxc --source /srv/web.iso

A source that is a block device here, or that lies in /dev, is presented as one.)";

struct Words {
    std::string input;
    std::string source;
    PlatformWords platform;
};

Finish add_options(CLI::App& command)
{
    auto words = std::make_shared<Words>();
    command.add_option("INPUT", words->input, "a template; - is standard input")->required();
    add_platform_options(command, words->platform)->required();
    command.add_option("--source", words->source, "where the image lies on the host")
        ->type_name("PATH")
        ->required();
    command.footer(kExamples);
    return [words]() -> Result<Action> {
        DiskOptions options
        {
            words->input, TRY(platform_of(words->platform))
            , words->source
        };
        return [options] { return run_disk(options); };
    };
}

}  // namespace

const Subcommand disk_subcommand{"disk", "Tell how a hypervisor must present the image",
                                 add_options};

}  // namespace onectx
