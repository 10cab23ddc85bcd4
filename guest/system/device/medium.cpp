// See medium.h.
#include "guest/system/device/medium.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "common/text.h"
#include "guest/model/change.h"

namespace onectx {
namespace {

using std::chrono::milliseconds;

// A drive takes tenths of a second to some seconds to spin up; asking it is a command on the bus.
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{2000};

// One search: what is known of each device so far, by its node.
class Search {
  public:
    Search(BlockDevices& devices, const Prober& probe) : devices_(devices), probe_(probe) {}

    void run_until(milliseconds end);
    [[nodiscard]] Result<MediumSearch> result(
        const std::function<std::vector<Mac>()>& machine_macs) &&;

  private:
    struct Known {
        BlockDevice device;
        Probed probed;
    };

    void look_at(const BlockDevice& device);
    void look_at_all();
    void take(const BlockEvent& event);
    void ask_again();
    [[nodiscard]] bool found() const;

    BlockDevices& devices_;
    const Prober& probe_;
    std::map<std::string, Known, std::less<>> known_;
};

void Search::look_at(const BlockDevice& device)
{
    if (is_hardware_name(device.name)) known_[device.node] = {device, probe_(device)};
}

void Search::look_at_all()
{
    known_.clear();
    for (const auto& device : devices_.list())
        look_at(device);
}

void Search::take(const BlockEvent& event)
{
    switch (event.kind) {
        case BlockEvent::Kind::timeout: break;
        case BlockEvent::Kind::changed: look_at(event.device); break;
        case BlockEvent::Kind::removed: known_.erase(event.device.node); break;
        case BlockEvent::Kind::lost: look_at_all(); break;
    }
}

void Search::ask_again()
{
    for (auto& [node, known] : known_)
        if (std::holds_alternative<NotReady>(known.probed) ||
            std::holds_alternative<Unreadable>(known.probed))
            known.probed = probe_(known.device);
}

bool Search::found() const
{
    return std::any_of(known_.begin(), known_.end(), [](const auto& entry) {
        return std::holds_alternative<MediumCandidate>(entry.second.probed);
    });
}

void Search::run_until(milliseconds end)
{
    look_at_all();
    auto pause = kFirstPause;
    auto ask_at = devices_.elapsed() + pause;
    while (!found()) {
        const auto now = devices_.elapsed();
        if (now >= end) return ask_again();  // a medium that came since the last pause
        if (now >= ask_at) {
            ask_again();
            pause = std::min(pause * 2, kLongestPause);
            ask_at = devices_.elapsed() + pause;
            continue;
        }
        take(devices_.next(std::min(end, ask_at) - now));
    }
}

Result<MediumSearch> Search::result(const std::function<std::vector<Mac>()>& machine_macs) &&
{
    MediumSearch search;
    std::vector<MediumCandidate> candidates;
    std::string unreadable;
    for (auto& [node, known] : known_) {
        std::visit(Overload{
                       [](NoContext&) {},
                       [&](NotReady& drive) {
                           if (!drive.empty)
                               search.warnings.push_back(node + " cannot be read: " + drive.reason);
                       },
                       [&](Ignored& ignored) {
                           search.warnings.push_back(
                               node + " is labelled CONTEXT and ignored: " + ignored.reason);
                       },
                       [&](Unreadable& context) {
                           if (unreadable.empty()) unreadable = node + ": " + context.reason;
                           search.warnings.push_back(
                               node + " holds a context that cannot be read: " + context.reason);
                       },
                       [&](MediumCandidate& medium) { candidates.push_back(std::move(medium)); },
                   },
                   known.probed);
    }
    if (candidates.empty()) {
        if (!unreadable.empty()) return fail("read the context on " + unreadable);
        return search;
    }
    auto choice =
        choose_medium(candidates, candidates.size() > 1 ? machine_macs() : std::vector<Mac>{});
    if (!choice.warning.empty()) search.warnings.push_back(std::move(choice.warning));
    search.medium = std::move(candidates[choice.index]);
    return search;
}

}  // namespace

MediumChoice choose_medium(const std::vector<MediumCandidate>& candidates,
                           const std::vector<Mac>& machine_macs)
{
    auto rank = [&](const MediumCandidate& candidate) {
        const bool ours =
            std::any_of(candidate.macs.begin(), candidate.macs.end(), [&](const Mac& mac) {
                return std::find(machine_macs.begin(), machine_macs.end(), mac) !=
                       machine_macs.end();
            });
        return std::tuple(!candidate.device.optical, !ours, candidate.device.number);
    };
    auto best = std::min_element(
        candidates.begin(), candidates.end(),
        [&](const auto& left, const auto& right) { return rank(left) < rank(right); });

    MediumChoice choice{static_cast<std::size_t>(best - candidates.begin()), ""};
    if (candidates.size() > 1) {
        std::vector<std::string> others;
        for (const auto& candidate : candidates)
            if (&candidate != &*best) others.push_back(candidate.device.node);
        choice.warning = "several devices hold a context: " + best->device.node +
                         " is taken, not " + join(others, ", ");
    }
    return choice;
}

Result<MediumSearch> find_medium(BlockDevices& devices, const Prober& probe, milliseconds limit,
                                 const std::function<std::vector<Mac>()>& machine_macs)
{
    Search search(devices, probe);
    search.run_until(devices.elapsed() + limit);
    return std::move(search).result(machine_macs);
}

}  // namespace onectx
