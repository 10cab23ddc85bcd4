// See run.h.
#include "guest/program/run.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <optional>

#include "common/context_json.h"
#include "common/limits.h"
#include "common/shell_vars.h"
#include "guest/identity/identity.h"
#include "guest/model/network_settings.h"
#include "guest/model/problems.h"
#include "guest/model/user_data_settings.h"
#include "guest/net/backend.h"
#include "guest/plan/contextualize.h"
#include "guest/plan/prune.h"
#include "guest/plan/read_only.h"
#include "guest/plan/show.h"
#include "guest/plan/state_record.h"
#include "guest/program/output.h"
#include "guest/system/apply.h"
#include "guest/system/config.h"
#include "guest/system/detached.h"
#include "guest/system/dhcp/run_client.h"
#include "guest/system/disk/storage.h"
#include "guest/system/expected.h"
#include "guest/system/facts.h"
#include "guest/system/facts_show.h"
#include "guest/system/fetch.h"
#include "guest/system/instance.h"
#include "guest/system/lock.h"
#include "guest/system/machine_name.h"
#include "guest/system/medium_tree.h"
#include "guest/system/metadata_cache.h"
#include "guest/system/nics.h"
#include "guest/system/onegate.h"
#include "guest/system/os_tree.h"
#include "guest/system/pending.h"
#include "guest/system/ready.h"
#include "guest/system/scripts.h"
#include "guest/system/source_search.h"
#include "guest/system/state.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

// Another run is waited for as long as one may take that waits for its medium.
constexpr std::chrono::seconds kLockLimit{60};
// udev names a NIC within fractions of a second; a context may name one that will never come, so
// only the first run of a boot waits for it.
constexpr std::chrono::seconds kNicLimit{5};

// A note says that something is there already; a drive may still be reading what it was given.
constexpr std::chrono::milliseconds kPendingWait{1000};

// Of a reverse lookup: long enough for a second server when the first is silent.
constexpr std::chrono::seconds kNameLimit{5};

struct Machine {
    Root root;
    bool offline;
    Config config;
};

// Whether the directory is "/" itself, however it is spelled.
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

struct Found {
    Source source;
    ShellVars vars;
    bool guessed = false;  // there is no context; the addresses were made from MACs
};

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
    const auto runs = recall(tree).value_or(std::vector<Report>{});
    return std::any_of(runs.begin(), runs.end(),
                       [](const Report& run) { return run.stage != "network"; });
}

// The local stage has waited for the medium; when it found none, one that comes later is an event,
// and the network stage need not wait for it, too. If it has come meanwhile nothing of it is done
// yet, so all of it has to be: there is nothing to verify in a network that nobody configured.
bool comes_after_nothing(const Options& options, const Machine& machine)
{
    return options.stage == Stage::network && !machine.offline && options.context.empty() &&
           !was_local_stage_done(machine.root);
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

// The context, or the exit status with which there is none to work on.
std::expected<Found, int> find_context(const Options& options, const Machine& machine)
{
    if (machine.offline && options.context.empty()) {
        if (auto guess = guess_context(machine)) return std::move(*guess);
        say("no context: with another root than / it has to be named with --context");
        return std::unexpected(kNoContext);
    }
    auto search = options.context.empty()
                      ? search_context(machine.root, machine.config.policy,
                                       {medium_wait(options, machine), asking(options)})
                      : load_context(options.context);
    if (!search) {
        say("error: " + search.error().message);
        return std::unexpected(kUnreadableContext);
    }
    say(search->problems);
    if (!search->source) {
        auto guess = options.context.empty() ? guess_context(machine) : std::nullopt;
        if (guess) return std::move(*guess);
        say("no context found");
        return std::unexpected(kNoContext);
    }
    auto vars = parse_shell_vars(search->source->text);
    if (vars.context.empty() && vars.refused.size() > 1) {
        say(format(vars.refused.front(), search->source->description));
        say("error: " + search->source->description +
            " is no context.sh: none of its lines is an assignment");
        return std::unexpected(kUnreadableContext);
    }
    say(vars, search->source->description);
    return Found{std::move(*search->source), std::move(vars)};
}

// A context that was found, on a running system, must be of the machine whose context was accepted
// first: a second CD must not take the machine over (user-needs R-56).
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

// Who the machine is, at boot only: what is in use by then is nobody's to replace.
Result<PlannedStep> identify(const Context& context, const Root& root)
{
    auto machine = TRY(gather_instance(root));
    IdentityInput input{.tree = root,
                        .now = {.vmid = std::string(value_of(context, "VMID").value_or("")),
                                .uuid = machine.uuid,
                                .macs = {}},
                        .fresh_machine_id = machine.fresh_machine_id,
                        .machine_id_is_fresh = machine.machine_id_is_fresh};
    for (const auto& [name, variable] : context) {
        if (!name.starts_with("ETH") || !name.ends_with("_MAC")) continue;
        if (auto mac = parse_mac(variable.text)) input.now.macs.push_back(*mac);
    }
    return plan_identity(input);
}

// Where a medium was found once, the next boot waits longer for it; what a service said is kept for
// when it does not answer, and for no longer than it is the source.
Step remember_source(const Source& source, const FileReader& tree)
{
    const auto seen = source.kind == SourceKind::device ? "" : kSeenElsewhere;
    Step step{
        .name = "source",
        .changes = {MakeDirectory{.path = std::string(kStateDirectory), .mode = 0700, .owner = {}},
                    WriteFile{.path = std::string(kContextSeen),
                              .content = std::string(seen),
                              .mode = 0600,
                              .owner = {}}}};
    const auto kept =
        source.is_metadata ? cache_of_metadata(source.text, tree) : std::optional<WriteFile>();
    if (kept)
        step.changes.emplace_back(*kept);
    else
        step.changes.emplace_back(RemoveFile{std::string(kMetadataCache)});
    return step;
}

// What lies beside context.sh. That it cannot be read keeps no more from working than itself.
std::unique_ptr<FileReader> medium_of(const Found& found)
{
    if (found.guessed) return nullptr;
    auto medium = open_medium(found.source);
    if (medium) return std::move(*medium);
    say("warning: " + medium.error().message);
    return nullptr;
}

// Steps that wait for nobody and nobody waits for; one that cannot be made is said at once.
bool is_for_background(const Step& step)
{
    return step.background && step.failure.empty();
}

// A record that cannot be read keeps nobody from working: it is begun anew.
std::vector<Report> earlier_runs_of(const Machine& machine)
{
    auto runs = recall(machine.root);
    if (runs) return std::move(*runs);
    say("warning: " + runs.error().message + "; the record of runs is begun anew");
    return {};
}

struct Prepared {
    Facts facts;
    Contextualization contextualization;
    Plan plan;
};

Result<Prepared> prepare(const Options& options, const Found& found, const Machine& machine,
                         const FileReader* medium)
{
    const auto& policy = machine.config.policy;
    const auto earlier_runs = earlier_runs_of(machine);
    // A medium that comes late is a boot that comes late.
    const Occasion occasion{
        medium,
        options.pending && (options.command == Command::run_scripts || !earlier_runs.empty()),
        options.force};
    if (!machine.offline && options.stage != Stage::network) {
        std::vector<Problem> reported_later;
        std::vector<Mac> macs;
        if (auto network = make_network(found.vars.context, policy, reported_later))
            for (const auto& nic : network->nics)
                if (nic.mac) macs.push_back(*nic.mac);
        // Those that are still missing are named by the network's planner.
        (void)TRY(wait_for_nics(macs, earlier_runs.empty() ? kNicLimit : std::chrono::seconds(0),
                                machine.root));
    }
    Prepared prepared
    {
        .facts = TRY(gather_facts(machine.root, machine.offline))
        , .contextualization = {}, .plan = {}
    };
    const auto settings = make_settings(found.vars.context, policy, found.vars.refusals);
    if (!machine.offline && !prepared.facts.container && options.stage != Stage::network)
        prepared.facts.storage = TRY(gather_storage(machine.root, settings.growing));
    const bool asks_for_name = settings.name_of_address && settings.name_of_address->dns &&
                               options.command != Command::run_scripts;
    if (!machine.offline && options.stage != Stage::local && asks_for_name)
        prepared.facts.address_name = name_of_machine(prepared.facts.network, kNameLimit);
    prepared.contextualization = contextualize(found.vars, policy, prepared.facts, machine.root,
                                               options.stage, options.backend, occasion);
    prepared.plan = prepared.contextualization.plan;
    // Of a machine without a context no more than its network is guessed.
    if (found.guessed)
        std::erase_if(prepared.plan.steps, [](const Step& step) {
            return step.name != "state" && step.name != "network" && step.name != "resolver";
        });
    // An event in the midst of a boot says nothing of the whole.
    if (occasion.hot_plug && is_boot_going_on(earlier_runs))
        std::erase_if(prepared.plan.steps, [](const Step& step) { return step.name == "ready"; });
    // Only a running system, and only when asked for all of it, is told.
    if (machine.offline || options.stage != Stage::all)
        for (auto& step : prepared.plan.steps) {
            step.activate.clear();
            step.prepare.clear();
        }
    if (!machine.offline && !is_writable(machine.root, "/etc"))
        prepared.plan = for_read_only_etc(std::move(prepared.plan));
    auto& steps = prepared.plan.steps;
    if (found.source.lasting && options.stage == Stage::local && !machine.offline) {
        auto identity = TRY(in_context("identity", identify(found.vars.context, machine.root)));
        steps.insert(steps.begin(), std::move(identity.step));
        add_problems(prepared.plan.problems, std::move(identity.problems));
    }
    if (found.source.lasting) steps.push_back(remember_source(found.source, machine.root));
    if (!options.force)
        prepared.plan = prune(std::move(prepared.plan), machine.root, prepared.facts);
    const auto& problems = machine.config.problems;
    prepared.plan.problems.insert(prepared.plan.problems.begin(), problems.begin(), problems.end());
    return prepared;
}

// Refused lines are failures like any other, for `status` and for who reads the plan as JSON. They
// were said with their place already.
void add_refused(const ShellVars& vars, std::vector<Problem>& problems)
{
    for (const auto& refused : vars.refused)
        add_problem(problems, {"",
                               "context.sh:" + std::to_string(refused.at.line) + ":" +
                                   std::to_string(refused.at.column) + ": " + refused.message,
                               true});
}

// What the next run has to know of this one.
Result<void> remember_run(const Report& report, const Found& found, Machine& machine)
{
    TRY(remember(machine.root, report));
    auto vmid = value_of(found.vars.context, "VMID");
    if (!found.source.lasting || !vmid) return {};
    return accept_vmid(machine.root, *vmid);
}

// Waits until no other process runs scripts. Absent when one waits already: it will look at the
// context no earlier than we would. Held until the descriptor is closed.
Result<std::optional<Fd>> take_turn(Root& root)
{
    auto queue = RunLock::take(root, std::chrono::milliseconds(0), "scripts-next.lock");
    if (!queue && queue.error().code == EWOULDBLOCK) return std::nullopt;
    const auto next = TRY(std::move(queue));
    const auto path = std::string(kRunDirectory) + "/scripts.lock";
    auto turn = TRY(in_context(
        "open " + path, root.open_inside(path, O_RDWR | O_CREAT | O_NOFOLLOW, S_IRUSR | S_IWUSR)));
    // For as long as it takes: a script may run for days.
    while (flock(turn.get(), LOCK_EX) != 0)
        if (errno != EINTR) return fail_errno("lock " + path);
    return turn;
}

// Takes files from the network; whom it trusts is said where OneGate's client is told the same.
std::function<Result<std::string>(const FetchFile&)> fetcher(const Policy& policy)
{
    constexpr std::chrono::seconds kFetchLimit{300};
    auto options = onegate_options(policy);
    options.limit = kFetchLimit;
    return [options](const FetchFile& file) { return fetch(file, options); };
}

// The scripts that are due, one after the other. Other runs are locked out while it is planned and
// recorded, not while a script runs: it may well want one.
Result<int> run_due_scripts(const Options& options, const Found& found, Machine& machine)
{
    auto medium = medium_of(found);
    auto lock = std::optional(TRY(RunLock::take(machine.root, kLockLimit)));
    auto prepared = TRY(prepare(options, found, machine, medium.get()));
    auto& plan = prepared.plan;
    std::erase_if(plan.steps, [](const Step& step) { return !is_for_background(step); });
    plan.stage = "scripts";
    plan.problems.clear();  // said by who started us
    lock.reset();

    SystemRunner runner;
    SystemKernel kernel;
    SystemScripts scripts(machine.root, found.source, found.vars.context, "network",
                          secrets_of(prepared.contextualization.settings.accounts));
    OneGateAttributes attributes(machine.root, machine.config.policy);
    SystemReady ready(machine.root, scripts, &attributes);
    auto replan = [](std::string_view) -> Result<Step> { return fail("is planned once"); };
    auto report = apply(plan, machine.root, runner, kernel, replan,
                        {.offline = machine.offline,
                         .scripts = &scripts,
                         .ready = &ready,
                         .fetch = fetcher(machine.config.policy)});
    report.source = found.source.description;
    say_steps(report);
    lock = TRY(RunLock::take(machine.root, kLockLimit));
    TRY(remember(machine.root, report));
    return report.failed() ? kPartFailed : kDone;
}

// A medium that was found is there for as long as the machine is, so nobody need wait for its
// scripts. What --context names may be gone when we are: whoever names it waits.
Result<int> see_to_scripts(const Options& options, const Occasion& occasion, const Found& found,
                           Machine& machine)
{
    if (!found.source.lasting) {
        auto turn = TRY(take_turn(machine.root));
        return turn ? run_due_scripts(options, found, machine) : kDone;
    }
    std::vector<std::string> arguments{"run-scripts", "--stage",
                                       std::string(to_text(options.stage))};
    if (!options.config.empty()) arguments.insert(arguments.end(), {"--config", options.config});
    if (occasion.hot_plug) arguments.emplace_back("--pending");
    TRY(start_scripts(arguments));
    return kDone;
}

// Where systemd runs (sd_booted(3)), a path unit waits for notes.
Result<bool> answers_notes_itself(const Options& options, const Root& root)
{
    return is_running_system(options.root) && !TRY(root.status("/run/systemd/system"));
}

Result<int> apply_context(const Options& given)
{
    auto options = given;
    auto machine = TRY(open_machine(options));
    // What was noted while the machine started is about to be seen.
    if (options.stage == Stage::local && !machine.offline) TRY(drop_note(machine.root));
    auto found = find_context(options, machine);
    if (!found) return found.error();
    auto lock = std::optional(TRY(RunLock::take(machine.root, kLockLimit)));
    const bool is_news = options.stage == Stage::network && found->source.is_news;
    if (is_news || comes_after_nothing(options, machine)) options.stage = Stage::all;
    if (auto closed = close_state_directory(machine.root); !closed)
        say("warning: " + closed.error().message);
    TRY(check_vmid(*found, machine));
    auto medium = medium_of(*found);
    auto prepared = TRY(prepare(options, *found, machine, medium.get()));
    const bool scripts_are_due =
        std::erase_if(prepared.plan.steps, is_for_background) != 0 && !machine.offline;

    SystemScripts hooks(machine.root, found->source, found->vars.context, "local",
                        secrets_of(prepared.contextualization.settings.accounts));
    SystemRunner runner;
    SystemKernel kernel;
    auto replan = [&](std::string_view step) {
        return prepared.contextualization.replan(step, machine.config.policy, prepared.facts,
                                                 machine.root);
    };
    auto report = apply(prepared.plan, machine.root, runner, kernel, replan,
                        {.offline = machine.offline,
                         .activate = options.stage == Stage::all,
                         .verify = options.stage != Stage::local,
                         .verify_limit = std::chrono::seconds(machine.config.policy.verify_seconds),
                         .scripts = &hooks});
    report.source = found->source.description;
    say(report.problems);
    say_steps(report);
    add_refused(found->vars, report.problems);
    // The machine is what it should be; that this is not remembered is worth a word and no more.
    if (auto remembered = remember_run(report, *found, machine); !remembered)
        say("warning: remember this run: " + remembered.error().message);
    lock.reset();
    int status = report.failed() ? kPartFailed : kDone;
    if (scripts_are_due)
        status = std::max(status, TRY(see_to_scripts(options, prepared.contextualization.occasion,
                                                     *found, machine)));
    return status;
}

}  // namespace

Result<int> run_scripts(const Options& options)
{
    auto machine = TRY(open_machine(options));
    auto turn = TRY(take_turn(machine.root));
    if (!turn) return kDone;
    auto found = find_context(options, machine);
    if (!found) return found.error();
    TRY(check_vmid(*found, machine));
    return run_due_scripts(options, *found, machine);
}

Result<int> run_apply(const Options& options)
{
    auto status = apply_context(options);
    if (options.stage != Stage::network) return status;
    auto root = TRY(Root::open(options.root));
    if (!TRY(answers_notes_itself(options, root))) return status;
    TRY(note_started(root));
    if (TRY(root.status(kPendingNote))) TRY(start_note_taker());
    return status;
}

Result<int> run_pending(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    int status = kDone;
    // Looked for once more when others can have a turn again: a note may have come in between.
    while (TRY(root.status(kPendingNote))) {
        auto taker = TRY(NoteTaker::begin(root));
        if (!taker) break;
        while (TRY(taker->take()))
            status = TRY(apply_context(options));
    }
    return status;
}

Result<int> run_trigger(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    TRY(leave_note(root));
    if (TRY(answers_notes_itself(options, root)) && TRY(root.status(kStarted)))
        TRY(start_note_taker());
    return kDone;
}

Result<int> run_dhcp(const Options& options)
{
    auto root = TRY(Root::open("/"));
    // The resolver is planned like everything else, from the record of the lease. A run that goes
    // on has the lock, and this one waits for it.
    auto plan_resolver_anew = [&root] {
        auto begun = leave_note(root);
        if (begun) begun = start_detached({"apply", "--pending", "--backend", "netlink"});
        if (!begun) say("warning: " + begun.error().message);
    };
    TRY(run_dhcp_client(options.client, root, plan_resolver_anew));
    return kDone;
}

Result<int> run_plan(const Options& options)
{
    auto machine = TRY(open_machine(options));
    auto found = find_context(options, machine);
    if (!found) return found.error();
    TRY(check_vmid(*found, machine));
    auto medium = medium_of(*found);
    auto prepared = TRY(prepare(options, *found, machine, medium.get()));
    auto& plan = prepared.plan;
    add_refused(found->vars, plan.problems);
    print(options.json ? show_json(plan, machine.root) : show_text(plan, machine.root));
    bool failed = std::any_of(plan.problems.begin(), plan.problems.end(),
                              [](const auto& problem) { return problem.error; }) ||
                  std::any_of(plan.steps.begin(), plan.steps.end(),
                              [](const auto& step) { return !step.failure.empty(); });
    return failed ? kPartFailed : kDone;
}

// The text of a context.sh, or of the one in a folder, an image or a device; "-" and what is no
// file are read as they come.
Result<std::string> context_text(const std::string& file)
{
    struct stat status{};
    const bool is_read = file == "-" || stat(file.c_str(), &status) != 0 ||
                         S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode);
    if (is_read) return read_input(file, kMaxContextBytes);
    auto search = TRY(load_context(file));
    if (!search.source) return fail(file + " holds no context");
    return std::move(search.source->text);
}

Result<int> run_parse(const Options& options)
{
    auto vars = parse_shell_vars(TRY(context_text(options.file)));
    auto json = context_json(vars.context);
    print(json.text);
    for (const auto& name : json.repaired)
        say("warning: " + name + " is not valid UTF-8; what is wrong became U+FFFD");
    say(vars, options.file);
    return vars.refused.empty() ? kDone : kPartFailed;
}

Result<int> run_facts(const Options& options)
{
    auto machine = TRY(open_machine(options));
    say(machine.config.problems);
    auto facts = TRY(gather_facts(machine.root, machine.offline));
    std::vector<std::string> backends;
    for (const auto& backend : find_backends(machine.root))
        backends.push_back(backend.name);
    auto users = users_with_home(machine.root);
    print(options.json ? facts_json(facts, backends, users) : facts_text(facts, backends, users));
    return kDone;
}

Result<int> run_status(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    auto runs = TRY(recall(root));
    print(options.json ? status_json(runs) : status_text(runs));
    return kDone;
}

}  // namespace onectx
