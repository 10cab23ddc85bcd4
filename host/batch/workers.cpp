// See workers.h.
#include "host/batch/workers.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <numeric>

#include "host/batch/result.h"
#include "host/batch/worker.h"
#include "host/console.h"

namespace onectx {
namespace {

constexpr std::size_t kMaxGiven = 8;  // lines that a worker has at a time, so that it never idles
constexpr int kMoment = 100;          // ms

[[noreturn]] void work(const BatchChannel& channel, const BuildOptions& base,
                       const SignalHold& signals)
{
    try {
        run_batch_worker(channel, base, signals);
    } catch (const std::exception& problem) {
        print_error(problem.what());
        _exit(kExitFailed);
    }
    _exit(kExitDone);
}

}  // namespace

Result<BatchWorkers> BatchWorkers::start(unsigned count, const BuildOptions& base,
                                         const SignalHold& signals)
{
    BatchWorkers all;
    for (unsigned i = 0; i < count; ++i) {
        auto [ours, theirs] = TRY(BatchChannel::make_pair());
        auto pid = fork();
        if (pid < 0) return fail_errno("start a worker");
        if (pid == 0) {
            // Whoever keeps another one's end open keeps it from seeing the end.
            for (auto& worker : all.workers_)
                worker = Worker{};
            ours = BatchChannel();
            work(theirs, base, signals);
        }
        all.workers_.push_back({.channel = std::move(ours), .pid = pid});
    }
    return all;
}

BatchWorkers::~BatchWorkers()
{
    for (auto& worker : workers_)
        worker.channel = BatchChannel();
    for (const auto& worker : workers_) {
        if (worker.pid > 0 && !worker.has_died) waitpid(worker.pid, nullptr, 0);
    }
}

bool BatchWorkers::has_room() const
{
    auto is_alive = [](const Worker& worker) { return !worker.has_died; };
    auto has_room = [](const Worker& worker) {
        return !worker.has_died && worker.building < kMaxGiven;
    };
    return std::none_of(workers_.begin(), workers_.end(), is_alive) ||
           std::any_of(workers_.begin(), workers_.end(), has_room);
}

void BatchWorkers::give(const BatchLine& line)
{
    auto is_busier = [](const Worker& a, const Worker& b) {
        return std::pair(a.has_died, a.building) < std::pair(b.has_died, b.building);
    };
    auto& worker = *std::min_element(workers_.begin(), workers_.end(), is_busier);
    worker.lines.emplace(line.number, line.output);
    ++worker.building;
    BatchMessage job{.kind = BatchMessage::Kind::build, .line = line.number, .text = line.text};
    if (worker.has_died || !worker.channel.send(job)) bury(worker);
}

void BatchWorkers::wait(int other_fd)
{
    std::vector<pollfd> watched{{.fd = other_fd, .events = POLLIN, .revents = 0}};
    for (const auto& worker : workers_)
        watched.push_back(
            {.fd = worker.has_died ? -1 : worker.channel.fd(), .events = POLLIN, .revents = 0});
    if (poll(watched.data(), watched.size(), kMoment) <= 0) return;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (watched[i + 1].revents != 0) static_cast<void>(take_message(workers_[i]));
    }
}

bool BatchWorkers::take_message(Worker& worker)
{
    auto message = worker.channel.receive();
    if (!message) {
        bury(worker);
        return false;
    }
    if (message->kind == BatchMessage::Kind::committed) return false;
    const bool is_result = message->kind == BatchMessage::Kind::result;
    const auto told = is_result ? 1 : message->line;
    worker.building -= std::min<std::size_t>(worker.building, static_cast<std::size_t>(told));
    if (is_result) {
        worker.lines.erase(message->line);
        finished_.push_back({message->line, message->code, std::move(message->text)});
    }
    return true;
}

// Nothing is known of what it had in hand, so nothing is promised.
void BatchWorkers::bury(Worker& worker)
{
    for (const auto& [line, output] : worker.lines) {
        BatchResult result{.line = line,
                           .output = output,
                           .code = kExitFailed,
                           .error = "the process that had this line has ended"};
        finished_.push_back({line, result.code, batch_json(result)});
    }
    worker.lines.clear();
    worker.building = 0;
    if (!worker.has_died) waitpid(worker.pid, nullptr, 0);
    worker.has_died = true;
}

std::size_t BatchWorkers::building() const
{
    return std::accumulate(
        workers_.begin(), workers_.end(), std::size_t{0},
        [](std::size_t sum, const Worker& worker) { return sum + worker.building; });
}

std::size_t BatchWorkers::waiting() const
{
    return std::accumulate(workers_.begin(), workers_.end(), std::size_t{0},
                           [](std::size_t sum, const Worker& worker) {
                               return sum + worker.lines.size() - worker.building;
                           });
}

void BatchWorkers::commit()
{
    for (auto& worker : workers_) {
        if (worker.has_died || worker.lines.empty()) continue;
        if (!worker.channel.send({.kind = BatchMessage::Kind::commit})) bury(worker);
    }
    for (auto& worker : workers_) {
        if (worker.lines.empty()) continue;
        while (take_message(worker)) {
        }
    }
}

}  // namespace onectx
