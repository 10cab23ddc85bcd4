// See worker.h.
#include "host/batch/worker.h"

#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <utility>

#include "common/limits.h"
#include "host/batch/manifest.h"
#include "host/batch/result.h"
#include "host/console.h"

namespace onectx {
namespace {

constexpr std::uint64_t kToldTogether = 4;  // images; half of what a worker is given ahead

struct Waiting {
    BatchResult result;
    OutputFile output;
};

class Worker {
  public:
    Worker(const BatchChannel& channel, const BuildOptions& base, const SignalHold& signals)
        : channel_(channel), base_(base), signals_(signals)
    {
    }

    bool build(const BatchMessage& job);
    bool commit();
    // What was built and not told yet, when there is enough of it or nothing else to do.
    bool tell();

  private:
    std::expected<OutputFile, int> make(const BatchMessage& job, BatchResult& result);
    bool send_result(const BatchResult& result) const;
    void sync();

    const BatchChannel& channel_;
    const BuildOptions& base_;
    const SignalHold& signals_;
    InputLoader loader_;
    std::vector<Waiting> waiting_;
    std::uint64_t untold_ = 0;  // of those
};

void add_line(std::string& text, const std::string& line)
{
    if (!text.empty()) text += '\n';
    text += line;
}

// What a person would have read on standard error.
void take_messages(MessageCapture& capture, BatchResult& result)
{
    for (auto& message : capture.take()) {
        if (message.is_warning)
            result.warnings.push_back(std::move(message.text));
        else
            add_line(result.error, message.text);
    }
}

// A result must fit into a message.
void shorten(BatchResult& result)
{
    if (result.error.size() > kMaxBatchErrorBytes) {
        result.error.resize(kMaxBatchErrorBytes);
        result.error += "...";
    }
    std::size_t bytes = 0;
    for (auto warning = result.warnings.begin(); warning != result.warnings.end(); ++warning) {
        bytes += warning->size();
        if (bytes <= kMaxBatchErrorBytes) continue;
        result.warnings.erase(warning, result.warnings.end());
        result.warnings.emplace_back("and more");
        return;
    }
}

void fail_result(BatchResult& result, const Error& error)
{
    result.code = kExitFailed;
    add_line(result.error, error.message);
}

std::expected<OutputFile, int> Worker::make(const BatchMessage& job, BatchResult& result)
{
    auto options = parse_manifest_line(job.text, base_);
    if (!options) {
        print_error(options.error().message);
        return std::unexpected(kExitBadInput);
    }
    result.output = options->output;
    auto image = TRY(plan_image(*options, loader_));
    auto output = write_output(image, *options, signals_);
    auto sealed = output ? output->seal() : std::unexpected(output.error());
    if (sealed) return *std::move(output);
    print_error(sealed.error().message);
    return std::unexpected(kExitFailed);
}

bool Worker::build(const BatchMessage& job)
{
    BatchResult result{.line = job.line};
    MessageCapture capture;
    auto output = make(job, result);
    take_messages(capture, result);
    if (!output) {
        result.code = output.error();
        return send_result(result);
    }
    result.size = output->size();
    waiting_.push_back({std::move(result), *std::move(output)});
    ++untold_;
    return true;
}

// A message for each image would wake the batch, and let it go to sleep again, as often.
bool Worker::tell()
{
    if (untold_ == 0 || (untold_ < kToldTogether && channel_.has_news())) return true;
    return channel_.send(
        {.kind = BatchMessage::Kind::built, .line = std::exchange(untold_, std::uint64_t{0})});
}

// Every file system that has an image, once; those images fail whose contents did not get there.
void Worker::sync()
{
    std::map<dev_t, Result<void>> done;
    for (auto& [result, output] : waiting_) {
        if (result.code != 0) continue;
        struct stat status{};
        fstat(output.directory(), &status);
        auto found = done.find(status.st_dev);
        if (found == done.end()) {
            auto synced =
                syncfs(output.directory()) == 0 ? Result<void>{} : fail_errno("sync the disk");
            found = done.emplace(status.st_dev, std::move(synced)).first;
        }
        if (!found->second) fail_result(result, found->second.error());
    }
}

bool Worker::commit()
{
    sync();
    for (auto& [result, output] : waiting_) {
        if (result.code != 0) continue;
        if (auto published = output.publish(); !published) fail_result(result, published.error());
    }
    sync();  // the names
    for (const auto& done : waiting_) {
        if (!send_result(done.result)) return false;
    }
    waiting_.clear();
    return channel_.send({.kind = BatchMessage::Kind::committed});
}

bool Worker::send_result(const BatchResult& result) const
{
    auto shortened = result;
    shorten(shortened);
    return channel_.send(
        {BatchMessage::Kind::result, result.code, result.line, batch_json(shortened)});
}

}  // namespace

void run_batch_worker(const BatchChannel& channel, const BuildOptions& base,
                      const SignalHold& signals)
{
    Worker worker(channel, base, signals);
    while (worker.tell()) {
        auto message = channel.receive();
        if (!message) return;
        bool is_commit = message->kind == BatchMessage::Kind::commit;
        if (!(is_commit ? worker.commit() : worker.build(*message))) return;
    }
}

}  // namespace onectx
