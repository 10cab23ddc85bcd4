// See options.h.
#include "guest/program/options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "common/text.h"
#include "guest/model/nic.h"
#include "guest/net/backend.h"

namespace onectx {
namespace {

constexpr std::string_view kHelp = R"(usage: onectx-guest COMMAND [OPTIONS]

Makes this machine what its OpenNebula context says: host name, network, users, SSH keys, swap.

  apply    make it so
  plan     show what apply would do, and touch nothing
  parse    a context.sh as JSON
  facts    what is known of this machine
  status   what the last runs did
  run-scripts  hooks and scripts that are due (apply starts it in the background)
  trigger  note that the context may have changed (for udev and mdev)
  install  put itself, its services and rules into an image
  onegate  ask OneGate, or tell it something
  seal     make an image ready to be cloned
  dhcp     keep the DHCP lease of a link (apply starts it, with --backend netlink)

  onectx-guest COMMAND --help says more. onectx-guest --version prints the version.
)";

constexpr std::string_view kCommonHelp = R"(
  --root DIR       the machine is the tree below DIR; nothing outside it is touched (default /)
  --context PATH   a directory, a context.sh, an ISO file or a block device (default: find it)
  --backend NAME   who configures the network: interfaces netplan networkd nm scripts netlink none
                   (default: the one that is enabled)
  --config FILE    in place of /etc/onectx/guest.conf
)";

constexpr std::string_view kApplyHelp = R"(usage: onectx-guest apply [OPTIONS]

Finds the context and makes the machine so. A second run with the same context changes nothing.

  --stage local    before networking: files and kernel state, starts no process
  --stage network  after networking
  --stage all      both, on a running system, and tell the network's daemon (default)
  --force          write also what is already so (never passwords)
  --pending        only when `trigger` has left a note, once things have been quiet for a moment
)";

constexpr std::string_view kApplyTail = R"(
exit status: 0 done or nothing to do, 1 a part failed (the rest is done), 2 usage,
             3 no context found, 4 a context was found and cannot be read

  onectx-guest apply --stage local
  onectx-guest apply --root /mnt/image --context ./context.sh
)";

constexpr std::string_view kPlanHelp = R"(usage: onectx-guest plan [OPTIONS]

Shows what apply would do: a unified diff of every file, and the rest in words. Secrets are not shown.

  --stage local|network|all   (default all)
  --json                      as JSON
)";

constexpr std::string_view kPlanTail = R"(
exit status: as apply

  onectx-guest plan
  onectx-guest plan --json --root /mnt/image --context ./context.iso
)";

constexpr std::string_view kParseHelp = R"(usage: onectx-guest parse [PATH|-]

Prints the variables of a context.sh, or of the one in a folder or an ISO, as one JSON object, values included: it reads
what the caller can read.
Nothing in the file is executed. Lines that are no plain assignment are refused, with file, line and column.

exit status: 0 clean, 1 some lines were refused (the rest is printed)

  onectx-guest parse /mnt/context.sh
)";

constexpr std::string_view kFactsHelp = R"(usage: onectx-guest facts [--json] [--root DIR]

What the planner knows of this machine.
)";

constexpr std::string_view kStatusHelp = R"(usage: onectx-guest status [--json] [--root DIR]

What the last runs did, step by step, and how long each took.
)";

constexpr std::string_view kTriggerHelp = R"(usage: onectx-guest trigger [--root DIR]

Notes that the medium, a NIC or a disk has changed, and returns at once: udev and mdev call it. systemd sees
the note and starts onectx-update.service; elsewhere `apply --pending` is started in the background. Any
number of notes that come together are one run, and a run that finds nothing new changes nothing.
)";

constexpr std::string_view kInstallHelp = R"(usage: onectx-guest install --root DIR [OPTIONS]

Puts itself, its services and rules and an empty guest.conf into an image, and enables them as a package would.
Offline: nothing outside DIR is touched and no program is run. A second run changes nothing. The services of
the older package (one-context) are switched off; its files stay.

  --root DIR                   the tree of the image; / is this machine
  --init systemd|openrc|sysv   whose services (default: what the tree's /sbin/init is)
  --take-over                  only switch off the services of the older package

exit status: 0 done or nothing to do, 1 a part failed (the rest is done), 2 usage

  onectx-guest install --root /mnt/image
)";

constexpr std::string_view kRunScriptsHelp =
    R"(usage: onectx-guest run-scripts [--stage network|all] [--config FILE]

Runs the hooks and scripts that are due, one after the other, and reports READY. `apply` starts it in the
background, where systemd runs in a unit of its own; each script's output is in /var/log/onectx.
)";

constexpr std::string_view kSealHelp = R"(usage: onectx-guest seal --root DIR [--json]

Makes an image ready to be cloned, as the last step before it is: the machine's id, SSH host keys, seeds, DHCP
leases and what contexts left behind are removed, and each is named. Accounts, settings and logs stay. The first
machine that boots from a copy gets an identity of its own. A second run changes nothing.

  --root DIR   the tree of the image; / is this machine, about to be shut down
  --json       as JSON, in the form of `plan --json`

exit status: 0 done or nothing to do, 1 a part failed (the rest is done), 2 usage

  onectx-guest seal --root /mnt/image
)";

constexpr std::string_view kDhcpHelp =
    R"(usage: onectx-guest dhcp --device NAME [--metric N] [--keep-mtu]
       onectx-guest dhcp --device NAME --ipv6

Asks for an address on one link, sets what it is given and keeps it until it is told to end: by SIGUSR1 the
lease is given back, by SIGTERM the link stays as it is until the lease is over. The netlink back-end starts
it for a NIC with METHOD=dhcp, and another one for IP6_METHOD=dhcp.

  --metric N    of the routes that the server gives (default 1024)
  --keep-mtu    the server does not say the MTU
  --ipv6        an IPv6 address; its routes come from router advertisements
)";

constexpr std::array<std::pair<std::string_view, Command>, 10> kCommands{{
    {"apply", Command::apply},
    {"plan", Command::plan},
    {"parse", Command::parse},
    {"facts", Command::facts},
    {"status", Command::status},
    {"trigger", Command::trigger},
    {"install", Command::install},
    {"run-scripts", Command::run_scripts},
    {"seal", Command::seal},
    {"dhcp", Command::dhcp},
}};

std::string help_of(Command command)
{
    std::string text;
    switch (command) {
        case Command::apply: return text.append(kApplyHelp).append(kCommonHelp).append(kApplyTail);
        case Command::plan: return text.append(kPlanHelp).append(kCommonHelp).append(kPlanTail);
        case Command::parse: return std::string(kParseHelp);
        case Command::facts: return std::string(kFactsHelp);
        case Command::status: return std::string(kStatusHelp);
        case Command::trigger: return std::string(kTriggerHelp);
        case Command::install: return std::string(kInstallHelp);
        case Command::run_scripts: return std::string(kRunScriptsHelp);
        case Command::seal: return std::string(kSealHelp);
        case Command::dhcp: return std::string(kDhcpHelp);
        case Command::help:
        case Command::version: break;
    }
    return std::string(kHelp);
}

// The options each command takes.
bool takes(Command command, std::string_view option)
{
    auto is_one_of = [&](auto... names) { return ((option == names) || ...); };
    bool applies = command == Command::apply || command == Command::plan;
    bool runs = command == Command::run_scripts;
    if (is_one_of("--stage", "--context", "--backend", "--config")) return applies || runs;
    if (option == "--force") return command == Command::apply;
    if (option == "--pending") return command == Command::apply || runs;
    if (is_one_of("--device", "--metric", "--keep-mtu", "--ipv6")) return command == Command::dhcp;
    if (option == "--json")
        return command == Command::plan || command == Command::facts ||
               command == Command::status || command == Command::seal;
    if (option == "--root")
        return applies || command == Command::facts || command == Command::status ||
               command == Command::trigger || command == Command::install ||
               command == Command::seal;
    if (option == "--init" || option == "--take-over") return command == Command::install;
    return false;
}

std::optional<Stage> stage_of(std::string_view word)
{
    for (auto stage : {Stage::local, Stage::network, Stage::all})
        if (word == to_text(stage)) return stage;
    return std::nullopt;
}

std::optional<Init> init_of(std::string_view word)
{
    for (auto init : {Init::systemd, Init::openrc, Init::sysv})
        if (word == to_text(init)) return init;
    return std::nullopt;
}

Result<void> set_value(Options& options, std::string_view option, const std::string& value)
{
    if (value.empty()) return fail(std::string(option) + " needs a value");
    if (option == "--root") {
        options.root = value;
        options.root_given = true;
    }
    if (option == "--context") options.context = value;
    if (option == "--config") options.config = value;
    if (option == "--device") {
        if (!is_plain_device(value)) return fail("--device " + value + ": no name of a device");
        options.client.device = value;
    }
    if (option == "--metric") {
        auto metric = parse_number(value, 0, kMaxMetric);
        if (!metric) return fail("--metric " + value + ": no number from 0 to 4294967295");
        options.client.metric = static_cast<unsigned>(*metric);
    }
    if (option == "--backend") {
        auto backend = backend_of_word(value);
        if (!backend) {
            return fail("--backend " + value +
                        ": no such back-end; there are interfaces, netplan, networkd, nm, scripts, "
                        "netlink and none");
        }
        options.backend = *backend;
    }
    if (option == "--init") {
        auto init = init_of(value);
        if (!init)
            return fail("--init " + value + ": no such init; there are systemd, openrc and sysv");
        options.init = *init;
    }
    if (option == "--stage") {
        auto stage = stage_of(value);
        if (!stage)
            return fail("--stage " + value + ": no such stage; there are local, network and all");
        options.stage = *stage;
    }
    return {};
}

// The member behind an option that takes no value; nullptr for one that does.
bool* flag_of(Options& options, std::string_view option)
{
    if (option == "--force") return &options.force;
    if (option == "--json") return &options.json;
    if (option == "--pending") return &options.pending;
    if (option == "--take-over") return &options.take_over;
    if (option == "--keep-mtu") return &options.client.keep_mtu;
    if (option == "--ipv6") return &options.client.ipv6;
    return nullptr;
}

Result<Command> command_of(const std::string& word)
{
    for (const auto& [name, command] : kCommands)
        if (word == name) return command;
    return fail(word + ": no such command; onectx-guest --help lists them");
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments)
{
    Options options;
    options.help_text = help_of(Command::help);
    if (arguments.empty()) return fail("a command is needed; onectx-guest --help lists them");
    const auto& first = arguments.front();
    if (first == "--help" || first == "-h" || first == "help") return options;
    if (first == "--version") {
        options.command = Command::version;
        return options;
    }
    auto command = TRY(command_of(first));
    options.command = command;

    for (std::size_t i = 1; i < arguments.size(); ++i) {
        auto argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            options.command = Command::help;
            options.help_text = help_of(command);
            return options;
        }
        if (!argument.starts_with("-") || argument == "-") {
            if (command != Command::parse || !options.file.empty())
                return fail(argument + ": " + first + " takes no such argument");
            options.file = argument;
            continue;
        }
        // --name=value and --name value mean the same.
        std::optional<std::string> value;
        if (auto equals = argument.find('='); equals != std::string::npos) {
            value = argument.substr(equals + 1);
            argument.resize(equals);
        }
        if (!takes(command, argument))
            return fail(argument + ": " + first + " has no such option; see onectx-guest " + first +
                        " --help");
        if (auto* flag = flag_of(options, argument)) {
            if (value) return fail(argument + " takes no value");
            *flag = true;
            continue;
        }
        if (!value) {
            if (i + 1 == arguments.size()) return fail(argument + " needs a value");
            value = arguments[++i];
        }
        TRY(set_value(options, argument, *value));
    }
    if (command == Command::parse && options.file.empty()) options.file = "-";
    if ((command == Command::install || command == Command::seal) && !options.root_given)
        return fail(first + " needs --root DIR; / is this machine");
    if (command == Command::dhcp && options.client.device.empty())
        return fail("dhcp needs --device; see onectx-guest dhcp --help");
    const auto& client = options.client;
    if (client.ipv6 && (client.keep_mtu || client.metric != kLeaseMetric))
        return fail("--metric and --keep-mtu are for IPv4");
    return options;
}

}  // namespace onectx
