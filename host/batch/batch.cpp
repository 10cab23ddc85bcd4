// See batch.h.
#include "host/batch/batch.h"

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <unordered_map>

#include "common/limits.h"
#include "common/text.h"
#include "host/batch/manifest.h"
#include "host/batch/manifest_reader.h"
#include "host/batch/progress.h"
#include "host/batch/result.h"
#include "host/batch/workers.h"
#include "host/console.h"

namespace onectx {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kOtherFiles = 64;  // descriptors for anything but waiting images

// Each image that waits has descriptors of its file and its folder.
std::size_t max_waiting()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2 * kMaxBatchWaiting + kOtherFiles);
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur <= 2 * kOtherFiles) return 1;
    return std::min<std::size_t>(kMaxBatchWaiting, (limit.rlim_cur - kOtherFiles) / 2);
}

class Batch {
  public:
    Batch(const BatchOptions& options, ManifestReader& reader, BatchWorkers& workers,
          std::size_t group)
        : options_(options), reader_(reader), workers_(workers), group_(group)
    {
    }

    Result<void> run(const SignalHold& signals);
    [[nodiscard]] int code() const
    {
        return has_failed_ ? kExitFailed : has_bad_input_ ? kExitBadInput : kExitDone;
    }

  private:
    [[nodiscard]] bool takes_lines() const;
    [[nodiscard]] bool is_input_idle() const;
    Result<void> step();
    void take_lines();
    void take_line(const ManifestLine& line);
    Result<std::string> output_of(const ManifestLine& line);
    void finish(std::uint64_t line, int code, std::string json);
    Result<void> print_results();

    const BatchOptions& options_;
    ManifestReader& reader_;
    BatchWorkers& workers_;
    std::size_t group_;
    fs::path directory_ = fs::current_path();
    std::unordered_map<std::string, std::uint64_t> outputs_;  // and the line that named them
    std::map<std::uint64_t, std::string> results_;            // to be printed, as JSON
    Progress progress_;
    bool has_failed_ = false;
    bool has_bad_input_ = false;
};

bool Batch::takes_lines() const
{
    return workers_.has_room() &&
           workers_.waiting() + workers_.building() + results_.size() < group_;
}

bool Batch::is_input_idle() const
{
    pollfd input{.fd = reader_.fd(), .events = POLLIN, .revents = 0};
    return reader_.has_ended() || poll(&input, 1, 0) == 0;
}

Result<void> Batch::run(const SignalHold& signals)
{
    while (!reader_.is_at_end() || workers_.building() > 0 || workers_.waiting() > 0 ||
           !results_.empty()) {
        if (signals.interrupted()) return fail("interrupted", EINTR);
        TRY(step());
        progress_.show(reader_.percent());
    }
    return {};
}

Result<void> Batch::step()
{
    take_lines();
    bool wants_input = takes_lines() && !reader_.has_ended();
    bool has_input = wants_input && !is_input_idle();
    if (has_input) {
        TRY(reader_.fill());
    } else if (workers_.building() > 0 || (workers_.waiting() == 0 && results_.empty())) {
        workers_.wait(wants_input ? reader_.fd() : -1);
    } else {
        workers_.commit();
    }
    for (auto& [line, code, json] : workers_.take_finished())
        finish(line, code, std::move(json));
    bool is_quiet = workers_.building() == 0 && workers_.waiting() == 0;
    return is_quiet ? print_results() : Result<void>{};
}

void Batch::take_lines()
{
    while (takes_lines()) {
        auto line = reader_.next();
        if (!line) return;
        take_line(*line);
    }
}

void Batch::take_line(const ManifestLine& line)
{
    auto output = output_of(line);
    if (output) return workers_.give({line.number, line.text, *std::move(output)});
    BatchResult result{.line = line.number,
                       .output = named_output(line.text),
                       .code = kExitBadInput,
                       .error = output.error().message};
    finish(line.number, result.code, batch_json(result));
}

Result<std::string> Batch::output_of(const ManifestLine& line)
{
    if (line.is_too_long)
        return fail("longer than " + std::to_string(kMaxManifestLineBytes) + " bytes");
    if (outputs_.size() >= kMaxManifestLines)
        return fail("more than " + std::to_string(kMaxManifestLines) + " lines");
    auto parsed = TRY(parse_manifest_line(line.text, options_.base));
    auto path = (directory_ / parsed.output).lexically_normal().string();
    auto [first, is_new] = outputs_.try_emplace(std::move(path), line.number);
    if (!is_new) return fail("\"output\": the one of line " + std::to_string(first->second));
    return std::move(parsed.output);
}

void Batch::finish(std::uint64_t line, int code, std::string json)
{
    has_failed_ = has_failed_ || (code != kExitDone && code != kExitBadInput);
    has_bad_input_ = has_bad_input_ || code == kExitBadInput;
    progress_.count(code == kExitDone);
    results_.emplace(line, std::move(json));
}

Result<void> Batch::print_results()
{
    if (results_.empty()) return {};
    std::string text;
    for (const auto& [line, json] : results_)
        text += json;
    results_.clear();
    progress_.clear();
    if (!print_output(text)) return fail("nobody hears the results", EPIPE);
    return {};
}

}  // namespace

int run_batch(const BatchOptions& options)
{
    auto complain = [](const Error& error) {
        print_error(error.message);
        return kExitFailed;
    };
    auto reader = ManifestReader::open(options.manifest);
    if (!reader) return complain(reader.error());
    auto group = max_waiting();
    SignalHold signals;
    auto workers = BatchWorkers::start(options.workers, options.base, signals);
    if (!workers) return complain(workers.error());
    Batch batch(options, *reader, *workers, group);
    auto done = batch.run(signals);
    return done ? batch.code() : complain(done.error());
}

}  // namespace onectx
