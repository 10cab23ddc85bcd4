// See apply.h.
#include "guest/system/apply.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <span>

#include "common/digest.h"
#include "common/text.h"
#include "guest/plan/ground.h"
#include "guest/plan/owners.h"
#include "guest/system/accounts_lock.h"
#include "guest/system/disk/grow_partition.h"
#include "guest/system/state.h"
#include "guest/system/verify.h"

namespace onectx {
namespace {

using Clock = std::chrono::steady_clock;

// A file that changes under the lock again and again is changed by somebody who takes no lock.
constexpr int kMaxReplans = 3;

std::uint64_t ms_since(Clock::time_point start)
{
    auto passed = Clock::now() - start;
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(passed).count());
}

std::string digest_of(const std::optional<FileText>& file)
{
    return file ? sha256_hex(file->content) : "absent";
}

const WriteFile* file_of(const Change& change)
{
    const auto* fetched = std::get_if<FetchFile>(&change);
    return fetched != nullptr ? &fetched->file : std::get_if<WriteFile>(&change);
}

// Whether every file still holds what the step was planned from.
Result<bool> is_current(const Step& step, const Root& root)
{
    for (const auto& change : step.changes) {
        const auto* file = file_of(change);
        if (!file || file->planned_from.empty()) continue;
        auto present = TRY(read_as_written(*file, root));
        if (digest_of(present) != file->planned_from) return false;
    }
    return true;
}

Result<Step> current_step(Step step, const Root& root, const Replan& replan)
{
    for (int replans = 0; !TRY(is_current(step, root)); ++replans) {
        if (replans == kMaxReplans) return fail("its files do not stop changing");
        step = TRY(replan(step.name));
    }
    return step;
}

// Makes the changes of one step and keeps what there is to say about them.
class Executor {
  public:
    Executor(Root& root, Runner& runner, Kernel& kernel, const ApplyOptions& options,
             const std::vector<StepReport>& earlier)
        : root_(root), runner_(runner), kernel_(kernel), options_(options), earlier_(earlier)
    {
    }

    // True when it changed something.
    Result<bool> perform(const Step& step)
    {
        if (step.goal) record(step.goal->record_before);
        if (is_live(step))
            for (const auto& run : step.prepare)
                if (auto undone = make(run); !undone) remarks_.push_back(undone.error().message);
        TRY(make_all(step));
        auto told = activate(step);
        bool changed = !step.changes.empty();
        // Above all when a daemon could not even be told.
        if (step.goal) changed |= TRY(reach(*step.goal, is_live(step) && !step.activate.empty()));
        TRY(std::move(told));
        return changed;
    }

    Result<void> remember(const Step& step)
    {
        for (const auto& change : step.record)
            TRY(std::visit([this](const auto& c) { return make(c); }, change));
        return {};
    }

    [[nodiscard]] std::string remarks() const { return join(remarks_, "; "); }

  private:
    [[nodiscard]] bool is_live(const Step& step) const
    {
        return (options_.activate || step.late) && !options_.offline;
    }

    Result<void> make_all(const Step& step)
    {
        std::vector<Result<void>> attempts;
        for (const auto& change : step.changes) {
            attempts.push_back(std::visit([this](const auto& c) { return make(c); }, change));
            if (!attempts.back() && !step.attempt_all) break;
        }
        return all_succeeded(attempts);
    }

    Result<void> activate(const Step& step)
    {
        if (!is_live(step) || step.changes.empty()) return {};
        for (auto run = step.activate.begin(); run != step.activate.end();) {
            auto next = std::next(run);
            if (run->beside)
                next = std::find_if(next, step.activate.end(),
                                    [](const Run& other) { return !other.beside; });
            TRY(make_together({run, next}));
            run = next;
        }
        return {};
    }

    Result<bool> reach(const NetworkGoal& goal, bool told)
    {
        if (options_.offline) return false;
        Verified verified;
        if (options_.verify)
            verified = TRY(verify(
                goal, kernel_,
                {.told = told, .starts = !options_.activate, .limit = options_.verify_limit}));
        if (!verified.remark.empty()) remarks_.push_back(verified.remark);
        record(goal.record_after);
        return verified.changed;
    }

    // A ledger that cannot be kept makes a later run forget, and this one no worse.
    void record(const std::string& text)
    {
        if (options_.offline) return;
        if (auto kept = record_links(root_, text); !kept) remarks_.push_back(kept.error().message);
    }

    Result<void> make(const WriteFile& change)
    {
        auto write = [&]() -> Result<Written> {
            auto owner = TRY(find_owner(change.owner, root_));
            return root_.replace(change, owner.uid, owner.gid);
        };
        return note(change.path, in_context("write " + change.path, write()));
    }

    Result<std::string> fetch(const FetchFile& change)
    {
        if (change.url.empty()) return change.file.content;
        return options_.fetch ? options_.fetch(change) : fail("nothing is fetched here");
    }

    // What the server answers, or what is there in its stead.
    Result<void> make(const FetchFile& change)
    {
        if (options_.offline) return {};
        auto file = change.file;
        auto body = fetch(change);
        if (!body && !change.has_content)
            return in_context("fetch " + file.path, Result<void>(std::unexpected(body.error())));
        if (body)
            file.content = std::move(*body);
        else
            remarks_.push_back("fetch " + file.path + ": " + body.error().message +
                               "; its content is taken");
        if (change.append) {
            auto old = TRY(in_context("read " + file.path, read_as_written(file, root_)));
            if (old)
                file.content = old->content.ends_with(file.content) ? old->content
                                                                    : old->content + file.content;
        }
        return make(file);
    }

    Result<void> make(const MakeDirectory& change)
    {
        auto make = [&]() -> Result<Written> {
            auto owner = TRY(find_owner(change.owner, root_));
            return root_.make_directory(change, owner.uid, owner.gid);
        };
        return note(change.path, in_context("make directory " + change.path, make()));
    }

    Result<void> make(const RemoveFile& change)
    {
        return in_context("remove " + change.path, root_.remove(change));
    }

    Result<void> make(const MakeSymlink& change)
    {
        return in_context("link " + change.path, root_.make_symlink(change));
    }

    Result<void> make(const Run& change)
    {
        return options_.offline ? Result<void>() : runner_.run(change.argv);
    }

    Result<void> make_together(std::span<const Run> runs)
    {
        if (options_.offline) return {};
        std::vector<std::vector<std::string>> programs;
        for (const auto& run : runs)
            programs.push_back(run.argv);
        return runner_.run_together(programs);
    }

    Result<void> make(const SetKernelHostname& change)
    {
        return options_.offline ? Result<void>() : kernel_.set_hostname(change.name);
    }

    Result<void> make(const SwapOn& change)
    {
        return options_.offline ? Result<void>() : kernel_.swap_on(change.device);
    }

    Result<void> make(const GrowPartition& change)
    {
        if (options_.offline) return {};
        return in_context("grow partition " + std::to_string(change.number) + " of " + change.disk,
                          make_grow_partition(change, root_, kernel_));
    }

    Result<void> make(const GrowFileSystem& change)
    {
        return options_.offline ? Result<void>() : kernel_.grow_file_system(change);
    }

    Result<void> make(const Mount& change)
    {
        return options_.offline ? Result<void>() : kernel_.mount(change);
    }

    Result<void> make(const Unmount& change)
    {
        return options_.offline ? Result<void>() : kernel_.unmount(change);
    }

    Result<void> make(const LinkChange& change)
    {
        if (options_.offline) return {};
        auto remark = TRY(kernel_.change_link(change));
        if (!remark.empty()) remarks_.push_back(std::move(remark));
        return {};
    }

    Result<void> make(const DhcpChange& change)
    {
        return options_.offline ? Result<void>() : kernel_.change_dhcp(change, root_);
    }

    Result<void> make(const SetKernelParameter& change)
    {
        return options_.offline ? Result<void>() : kernel_.set_parameter(change.name, change.value);
    }

    Result<void> make(const KeepConsoleLit&)
    {
        return options_.offline ? Result<void>() : kernel_.keep_console_lit();
    }

    Result<void> make(const RunScript& change)
    {
        if (options_.offline) return {};
        if (options_.scripts == nullptr) return fail(change.name + ": no script is run here");
        auto remark = TRY(options_.scripts->run(change));
        if (!remark.empty()) remarks_.push_back(std::move(remark));
        return {};
    }

    Result<void> make(const ReportReady& change)
    {
        if (options_.offline) return {};
        if (options_.ready == nullptr) return fail("nothing is reported to OneGate here");
        return options_.ready->report(change, earlier_);
    }

    Result<void> note(const std::string& path, Result<Written> result)
    {
        auto written = TRY(std::move(result));
        if (written.owner_skipped)
            remarks_.push_back("owner of " + path + " left as it is: not privileged");
        return {};
    }

    Root& root_;
    Runner& runner_;
    Kernel& kernel_;
    const ApplyOptions& options_;
    const std::vector<StepReport>& earlier_;  // steps of this run
    std::vector<std::string> remarks_;
};

struct Applied {
    bool changed = false;
    Result<void> remembered;
};

Result<Applied> apply_step(Step planned, Root& root, Executor& executor, const Replan& replan)
{
    if (!planned.failure.empty()) return fail(planned.failure);
    if (planned.late) {
        planned = TRY(replan(planned.name));
        planned.late = true;
    }
    if (planned.changes.empty() && !planned.goal) return Applied{false, executor.remember(planned)};
    std::optional<AccountsLock> lock;
    if (planned.accounts) lock.emplace(TRY(AccountsLock::take(root)));
    auto step = TRY(current_step(planned, root, replan));
    bool changed = TRY(executor.perform(step));
    return Applied{changed, executor.remember(step)};
}

// Said once: where one record cannot be written, none can.
void say_forgotten(const Error& error, std::vector<Problem>& problems)
{
    constexpr std::string_view kPhrase = "what was applied is not remembered: ";
    auto is_said = [&](const Problem& problem) { return problem.message.starts_with(kPhrase); };
    if (std::none_of(problems.begin(), problems.end(), is_said))
        problems.push_back({"", std::string(kPhrase) + error.message, false});
}

}  // namespace

Report apply(const Plan& plan, Root& root, Runner& runner, Kernel& kernel, const Replan& replan,
             const ApplyOptions& options)
{
    auto start = Clock::now();
    Report report{.stage = plan.stage, .start = std::time(nullptr), .problems = plan.problems};
    for (const auto& step : plan.steps) {
        auto step_start = Clock::now();
        if (options.progress && (!step.changes.empty() || step.late)) {
            report.ms = ms_since(start);
            report.running = {step.name, std::time(nullptr)};
            options.progress(report);
            report.running.reset();
        }
        Executor executor(root, runner, kernel, options, report.steps);
        auto applied = apply_step(step, root, executor, replan);
        StepReport done{.name = step.name, .message = executor.remarks()};
        if (!applied) {
            done.result = StepResult::failed;
            // The failure first: it is what the reader came for.
            if (!done.message.empty()) done.message.insert(0, "; ");
            done.message.insert(0, applied.error().message);
        } else {
            if (applied->changed) done.result = StepResult::changed;
            if (!applied->remembered) say_forgotten(applied->remembered.error(), report.problems);
        }
        done.ms = ms_since(step_start);
        report.steps.push_back(std::move(done));
    }
    report.ms = ms_since(start);
    return report;
}

}  // namespace onectx
