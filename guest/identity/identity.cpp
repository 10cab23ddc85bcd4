// See identity.h.
#include "guest/identity/identity.h"

#include <algorithm>
#include <array>

#include "common/text.h"
#include "guest/identity/traces.h"
#include "guest/model/presence.h"
#include "guest/plan/state_record.h"

namespace onectx {
namespace {

constexpr unsigned kMachineIdMode = 0444;
constexpr unsigned kRecordMode = 0600;

void remove(const std::vector<std::string>& paths, Step& step)
{
    for (const auto& path : paths)
        step.changes.emplace_back(RemoveFile{path});
}

void remove(const std::vector<HostKey>& keys, Step& step)
{
    for (const auto& key : keys)
        remove({key.path, key.path + ".pub"}, step);
}

void write_record(std::string_view path, std::string text, Step& step)
{
    step.changes.emplace_back(
        MakeDirectory{.path = std::string(kStateDirectory), .mode = 0700, .owner = {}});
    step.changes.emplace_back(WriteFile{
        .path = std::string(path), .content = std::move(text), .mode = kRecordMode, .owner = {}});
}

Result<Step> seal_stamp(const FileReader& tree)
{
    Step step{.name = "stamp"};
    auto fingerprints = TRY(read_stamp(tree))
    .value_or(std::vector<std::string>());
    for (const auto& key : TRY(host_keys(tree)))
        if (!key.fingerprint.empty()) fingerprints.push_back(key.fingerprint);
    std::sort(fingerprints.begin(), fingerprints.end());
    fingerprints.erase(std::unique(fingerprints.begin(), fingerprints.end()), fingerprints.end());
    write_record(kSealStamp, stamp_text(fingerprints), step);
    return step;
}

// machine-id(5): an empty file is given an id at boot and is no first boot in systemd's sense,
// which would reset what is enabled to the presets. Other inits make one when there is none.
Result<Step> seal_machine_id(const FileReader& tree, Init init)
{
    Step step{.name = "machine-id"};
    if (!TRY(tree.status(kMachineId))) return step;
    if (init == Init::systemd)
        step.changes.emplace_back(WriteFile{
            .path = std::string(kMachineId), .content = "", .mode = kMachineIdMode, .owner = {}});
    else
        step.changes.emplace_back(RemoveFile{std::string(kMachineId)});
    return step;
}

Result<Step> seal_host_keys(const FileReader& tree)
{
    Step step{.name = "ssh-host-keys"};
    remove(TRY(host_keys(tree)), step);
    return step;
}

Result<Step> seal_traces(const FileReader& tree)
{
    Step step{.name = "traces"};
    remove(TRY(traces_of_instance(tree)), step);
    return step;
}

// What contexts left: the next one begins anew, passwords included.
Result<Step> seal_state(const FileReader& tree)
{
    Step step{.name = "state"};
    for (auto directory :
         {kStateDirectory, std::string_view("/run/onectx"), std::string_view("/run/one-context")})
        for (const auto& name : TRY(tree.list(directory))) {
            auto path = std::string(directory) + "/" + name;
            auto status = TRY(tree.status(path));
            if (path != kSealStamp && status && status->type != FileType::directory)
                remove({path}, step);
        }
    return step;
}

bool makes_host_keys(const FileReader& tree)
{
    constexpr std::array<std::string_view, 8> kMakers{
        "/usr/lib/systemd/system/onectx-host-keys.service",
        "/etc/init.d/onectx-local",
        "/usr/lib/systemd/system/sshd-keygen@.service",
        "/usr/lib/systemd/system/sshd-keygen.service",
        "/usr/lib/systemd/system/sshdgenkeys.service",
        "/usr/sbin/sshd-gen-keys-start",
        "/usr/libexec/openssh/sshd-keygen",
        "/etc/init.d/sshd",  // of OpenRC
    };
    return std::any_of(kMakers.begin(), kMakers.end(), [&](std::string_view path) {
        auto status = tree.status(path);
        return status && status->has_value();
    });
}

}  // namespace

Plan plan_seal(const FileReader& tree, Init init)
{
    Plan plan{.stage = "seal", .backend = "none", .steps = {}, .problems = {}};
    auto add = [&](std::string_view name, Result<Step> step) {
        plan.steps.push_back(
            step ? std::move(*step)
                 : Step{.name = std::string(name), .failure = step.error().message});
        return plan.steps.back().failure.empty();
    };
    // Without the stamp the first instance would not know that what it finds is not its own.
    if (!add("stamp", seal_stamp(tree))) return plan;
    add("machine-id", seal_machine_id(tree, init));
    add("ssh-host-keys", seal_host_keys(tree));
    add("traces", seal_traces(tree));
    add("state", seal_state(tree));
    if (is_there(tree, "/usr/sbin/sshd") && !makes_host_keys(tree))
        plan.problems.push_back(
            {"", "nothing in this image makes SSH host keys at boot; sshd will not start without"});
    return plan;
}

Result<PlannedStep> plan_identity(const IdentityInput& input)
{
    PlannedStep planned{.step = {.name = "identity"}, .problems = {}};
    auto& step = planned.step;
    if (input.now.vmid.empty()) return planned;
    const auto& tree = input.tree;
    auto stamp = TRY(read_stamp(tree));
    auto before = TRY(read_instance(tree));
    InstanceRecord record{.instance = input.now, .sealed_keys = {}};
    if (before) record.sealed_keys = before->sealed_keys;
    if (stamp) record.sealed_keys = *stamp;

    bool is_new = stamp || (before && is_another(before->instance, input.now));
    auto is_sealed_key = [&](const HostKey& key) {
        return std::find(record.sealed_keys.begin(), record.sealed_keys.end(), key.fingerprint) !=
               record.sealed_keys.end();
    };
    auto keys = TRY(host_keys(tree));
    bool renews = is_new && (stamp || std::any_of(keys.begin(), keys.end(), is_sealed_key));
    if (renews) {
        remove(keys, step);
        remove(TRY(traces_of_instance(tree)), step);
        auto id = TRY(tree.read(kMachineId));
        if (id && !trim(id->content).empty() && !input.machine_id_is_fresh)
            step.changes.emplace_back(WriteFile{.path = std::string(kMachineId),
                                                .content = input.fresh_machine_id + "\n",
                                                .mode = kMachineIdMode,
                                                .owner = {}});
    }
    write_record(kInstanceRecord, to_text(record), step);
    if (stamp) remove({std::string(kSealStamp)}, step);
    return planned;
}

}  // namespace onectx
