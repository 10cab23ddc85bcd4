// The options of `onectx transfer`.
#include "host/transfer/transfer.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <span>

#include "common/text.h"
#include "host/cli/host_words.h"
#include "host/cli/input_words.h"
#include "host/cli/subcommand.h"
#include "host/transfer/sources.h"

namespace onectx {
namespace {

constexpr const char* kHelp =
    R"(SRC is context.sh, PATH, PATH:NAME or an address, as OpenNebula's drivers are given
them; the last three words are HOST:DST, VMID and DSID. Without HOST, with localhost and
with the name of this machine nothing goes through ssh.

Example:
  onectx transfer /var/lib/one/vms/7/context.sh node1:/var/lib/one/datastores/0/7/disk.1 7 0)";

constexpr std::size_t kTargetWords = 3;  // HOST:DST VMID DSID
constexpr unsigned kMaxSeconds = 86400;

struct Words {
    std::vector<std::string> words;
    std::string label{kContextLabel};
    bool no_joliet = false;
    HostWords host;
    InitWords init;
    std::string ssh = "ssh";
    unsigned timeout = 120;
    bool marks = false;
};

std::string own_name()
{
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

Result<Action> finish(const Words& words)
{
    if (words.words.size() <= kTargetWords)
        return fail("transfer: expected SRC... HOST:DST VMID DSID");
    auto sources = std::span(words.words).first(words.words.size() - kTargetWords);
    const auto* last = words.words.data() + sources.size();
    // Where the image goes says whose it is; the numbers are looked at to see words out of order.
    for (const auto* number : {&last[1], &last[2]}) {
        if (!parse_number(*number, 0, UINT32_MAX))
            return fail("transfer: " + shown(*number) + " is no VMID or DSID");
    }
    TransferOptions options;
    options.shown_target = last[0];
    options.target = TRY(parse_target(last[0], own_name()));
    options.sources = TRY(parse_sources(sources));
    options.host = TRY(host_options(words.host));
    options.init = TRY(init_options(words.init));
    options.image = TRY(image_settings(words.label, !words.no_joliet));
    options.remote.ssh = split_words(words.ssh);
    if (options.remote.ssh.empty()) return fail("--ssh: no program");
    options.remote.patience = std::chrono::seconds(words.timeout);
    options.marks = words.marks;
    return [options] { return run_transfer(options); };
}

Finish add_options(CLI::App& command)
{
    auto words = std::make_shared<Words>();
    command.add_option("WORDS", words->words, "the sources, then HOST:DST VMID DSID")
        ->type_name("SRC... HOST:DST VMID DSID")
        ->required();
    command.add_option("--label", words->label, "the volume label")->capture_default_str();
    command.add_flag("--no-joliet", words->no_joliet, "leave the Joliet tree out");
    add_init_options(command, words->init);
    add_host_options(command, words->host);
    command.add_option("--ssh", words->ssh, "the ssh client with its options, parted by blanks")
        ->capture_default_str();
    command.add_option("--timeout", words->timeout, "seconds without progress; 0: for ever")
        ->check(CLI::Range(0U, kMaxSeconds))
        ->capture_default_str();
    command.add_flag("--marks", words->marks,
                     "put the error between marks, for OpenNebula before 6.2");
    command.footer(kHelp);
    return [words] { return finish(*words); };
}

}  // namespace

const Subcommand transfer_subcommand{"transfer", "Make an image as a datastore driver does",
                                     add_options};

}  // namespace onectx
