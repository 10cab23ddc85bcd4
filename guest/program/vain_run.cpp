// See vain_run.h.
#include "guest/program/vain_run.h"

#include <ctime>

#include "guest/program/machine.h"
#include "guest/program/output.h"
#include "guest/system/lock.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

using std::chrono::milliseconds;

// It may be the lock that the run did not get.
constexpr milliseconds kShortLimit{1000};

Result<void> remember_it(const Options& options, Report report)
{
    auto root = TRY(Root::open(options.root));
    const auto lock = TRY(RunLock::take(root, kShortLimit));
    return remember(root, std::move(report));
}

}  // namespace

void tell_of_vain_run(const Options& options, const std::string& stage,
                      std::chrono::steady_clock::time_point begin, const std::string& reason)
{
    if (!is_running_system(options.root)) return;
    const auto took =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(took);
    auto report = vain_run(stage, std::time(nullptr) - seconds.count(), reason);
    report.ms = static_cast<std::uint64_t>(took.count());
    say_on_console(report);
    // The reason is said in any case; that it cannot be kept has most likely the same one.
    static_cast<void>(remember_it(options, std::move(report)));
}

}  // namespace onectx
