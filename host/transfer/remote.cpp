// See remote.h.
#include "host/transfer/remote.h"

#include <sys/wait.h>

#include <algorithm>

#include "common/text.h"
#include "host/transfer/child.h"
#include "host/transfer/remote_script.h"

namespace onectx {
namespace {

std::vector<std::string> lines_of(std::string_view said)
{
    std::vector<std::string> lines;
    for (auto line : split_lines(said)) {
        auto text = trim(line);
        if (!text.empty()) lines.push_back(printable(text));
    }
    return lines;
}

std::string how_it_ended(const ChildEnd& end)
{
    if (WIFSIGNALED(end.status))
        return "was ended by signal " + std::to_string(WTERMSIG(end.status));
    return "ended with exit status " + std::to_string(WEXITSTATUS(end.status));
}

bool is_stored(const ChildEnd& end, std::uint64_t bytes)
{
    auto lines = split_lines(end.out);
    return WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0 && end.consumed == bytes &&
           !lines.empty() && lines.back() == kStoredMark;
}

// What we saw, when nothing was said.
std::string what_happened(const ChildEnd& end, const std::string& program, std::uint64_t bytes)
{
    auto seen = printable(program) + " " + how_it_ended(end);
    if (end.consumed < bytes) {
        return seen + " after " + std::to_string(end.consumed) + " of " + std::to_string(bytes) +
               " bytes";
    }
    return seen + " and confirmed nothing";
}

}  // namespace

std::expected<void, RemoteError> send_image(const RemoteImage& image, const TransferTarget& target,
                                            const RemoteSettings& settings,
                                            const SignalHold& signals)
{
    auto argv = settings.ssh;
    // Nobody is there to answer a question.
    for (std::string word : {"-o", "BatchMode=yes", "--"})
        argv.push_back(std::move(word));
    argv.push_back(target.host);
    argv.push_back(remote_command(target, image.bytes, image.is_private));
    auto end = run_child(argv, {image.fd, image.bytes}, settings.patience, signals);
    if (!end) return std::unexpected(RemoteError{std::move(end).error(), {}});
    if (is_stored(*end, image.bytes)) return {};
    // The last thing that was said is why, as a rule.
    auto lines = lines_of(end->err);
    if (lines.empty()) lines.push_back(what_happened(*end, settings.ssh.front(), image.bytes));
    Error error{std::move(lines.back()), EIO};
    lines.pop_back();
    return std::unexpected(RemoteError{std::move(error), std::move(lines)});
}

}  // namespace onectx
