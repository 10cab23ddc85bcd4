// See machine.h.
#include "guest/program/machine.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "guest/program/output.h"
#include "guest/program/run.h"
#include "guest/system/expected.h"
#include "guest/system/medium_tree.h"
#include "guest/system/nics.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

// A note says that something is there already; a drive may still be reading what it was given.
constexpr std::chrono::milliseconds kPendingWait{1000};

// What the MACs say, where guest.conf asks for it. Not on a machine that had a context once: its
// files stay as that context wanted them, and the medium may come yet.
std::optional<Found> guess_context(const Machine& machine)
{
    const auto& rule = machine.config.policy.mac_to_ip;
    if (!rule.enabled || had_context(machine.root)) return std::nullopt;
    auto nics = machine.offline ? nics_of_tree(machine.root) : nics_of_kernel(machine.root);
    if (!nics) return std::nullopt;
    Found found{.source = {}, .vars = {}, .guessed = true};
    found.vars.context = context_of_macs(std::move(*nics), rule);
    if (found.vars.context.empty()) return std::nullopt;
    say("no context found; addresses are made from MACs (mac-to-ip)");
    return found;
}

// Whether a run of this boot has done what the local stage does.
bool was_local_stage_done(const FileReader& tree)
{
    const auto runs = without_vain_runs(recall(tree).value_or(std::vector<Report>{}));
    return std::any_of(runs.begin(), runs.end(),
                       [](const Report& run) { return run.stage != "network"; });
}

std::chrono::milliseconds medium_wait(const Options& options, const Machine& machine)
{
    if (options.pending) return kPendingWait;
    if (comes_after_nothing(options, machine)) return std::chrono::milliseconds(0);
    return wait_limit(machine.config.policy, is_context_expected(machine.root));
}

// The service is reached over the network. Scripts are run and events are answered with what the
// run before them read.
AskMetadata asking(const Options& options)
{
    if (options.stage == Stage::local) return AskMetadata::never;
    return options.pending || options.command == Command::run_scripts ? AskMetadata::unless_kept
                                                                      : AskMetadata::for_the_news;
}

std::unexpected<NothingFound> unreadable(std::string reason)
{
    say("error: " + reason);
    return std::unexpected(NothingFound{kUnreadableContext, std::move(reason)});
}

}  // namespace

bool is_running_system(const std::string& directory)
{
    struct stat here{};
    struct stat root{};
    return stat(directory.c_str(), &here) == 0 && stat("/", &root) == 0 &&
           here.st_dev == root.st_dev && here.st_ino == root.st_ino;
}

Result<Machine> open_machine(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    auto config = TRY(load_config(root, options.config));
    return Machine{std::move(root), !is_running_system(options.root), std::move(config)};
}

bool comes_after_nothing(const Options& options, const Machine& machine)
{
    return options.stage == Stage::network && !machine.offline && options.context.empty() &&
           !was_local_stage_done(machine.root);
}

std::expected<Found, NothingFound> find_context(const Options& options, const Machine& machine)
{
    if (machine.offline && options.context.empty()) {
        if (auto guess = guess_context(machine)) return std::move(*guess);
        say("no context: with another root than / it has to be named with --context");
        return std::unexpected(NothingFound{kNoContext, ""});
    }
    auto search = options.context.empty()
                      ? search_context(machine.root, machine.config.policy,
                                       {medium_wait(options, machine), asking(options)})
                      : load_context(options.context);
    if (!search) return unreadable(std::move(search).error().message);
    say(search->problems);
    if (!search->source) {
        auto guess = options.context.empty() ? guess_context(machine) : std::nullopt;
        if (guess) return std::move(*guess);
        say("no context found");
        return std::unexpected(NothingFound{kNoContext, ""});
    }
    auto vars = parse_shell_vars(search->source->text);
    if (vars.context.empty() && vars.refused.size() > 1) {
        say(format(vars.refused.front(), search->source->description));
        return unreadable(search->source->description +
                          " is no context.sh: none of its lines is an assignment");
    }
    say(vars, search->source->description);
    return Found{std::move(*search->source), std::move(vars)};
}

Result<void> check_vmid(const Found& found, const Machine& machine)
{
    if (!found.source.lasting || machine.config.policy.allow_other_vmid) return {};
    auto accepted = TRY(accepted_vmid(machine.root));
    auto vmid = value_of(found.vars.context, "VMID").value_or("");
    if (!accepted || *accepted == vmid) return {};
    return fail(found.source.description + " is the context of VM " + std::string(vmid) +
                ", and this machine is VM " + *accepted +
                "; allow-other-vmid in guest.conf would accept it");
}

std::unique_ptr<FileReader> medium_of(const Found& found)
{
    if (found.guessed) return nullptr;
    auto medium = open_medium(found.source);
    if (medium) return std::move(*medium);
    say("warning: " + medium.error().message);
    return nullptr;
}

}  // namespace onectx
