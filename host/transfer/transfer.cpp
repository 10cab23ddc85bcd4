// See transfer.h.
#include "host/transfer/transfer.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "common/limits.h"
#include "common/shell_vars.h"
#include "common/text.h"
#include "host/config.h"
#include "host/console.h"
#include "host/contents.h"
#include "host/image.h"
#include "host/layout.h"
#include "host/transfer/driver_log.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

// A failure with the driver's words for the step that failed, and what else the log should have.
struct TransferError {
    Error error;
    std::vector<std::string> log;
    int exit_code = kExitFailed;
};

template <class T>
using Step = std::expected<T, TransferError>;

std::unexpected<TransferError> fail_step(std::string_view step, Error error)
{
    return std::unexpected(TransferError{in_context(step, std::move(error)), {}, kExitFailed});
}

// The value of a Result, or the failure of a step.
template <class T>
Step<T> in_step(std::string_view step, Result<T> result)
{
    if (!result) return fail_step(step, std::move(result).error());
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return std::move(result).value();
}

struct PlannedTransfer {
    ImageTree tree;
    bool is_private = false;
};

std::string image_name(const FileRequest& request)
{
    return request.name.empty() ? request.path.substr(request.path.rfind('/') + 1) : request.name;
}

// What lies beside context.sh is OpenNebula's own (token.txt), wherever that is.
FilePolicy policy_for(const std::vector<FileRequest>& sources, const HostConfig& config)
{
    FilePolicy policy{.base = ".", .restricted = config.restricted_dirs, .safe = config.safe_dirs};
    for (const auto& source : sources) {
        if (image_name(source) != kContextFile) continue;
        std::error_code ignored;
        auto folder = std::filesystem::canonical(source.path, ignored).parent_path();
        if (!folder.empty()) policy.safe.push_back(folder.string());
    }
    return policy;
}

// Takes context.sh out of the attachments: it is no file like the others.
Result<std::string> take_context(std::vector<Attachment>& attachments)
{
    auto is_context = [](const Attachment& file) { return file.path == kContextFile; };
    auto found = std::find_if(attachments.begin(), attachments.end(), is_context);
    if (found == attachments.end()) return fail("no context.sh among the sources");
    const auto* source = std::get_if<SourceFile>(&found->content);
    if (!source) return fail("context.sh is a directory");
    auto path = source->path;
    attachments.erase(found);
    auto text = TRY(read_input(path, kMaxContextBytes));
    if (text.size() > kMaxContextBytes)
        return fail(printable(path) + ": larger than " + std::to_string(kMaxContextBytes) +
                    " bytes");
    return text;
}

// The text goes to the guest as it stands; what the guest will not make of it is told here.
ShellVars read_variables(std::string_view text, const DriverLog& log)
{
    auto variables = parse_shell_vars(text);
    for (const auto& refused : variables.refused)
        log.warning(format(refused, kContextFile));
    return variables;
}

Step<PlannedTransfer> plan_transfer(const TransferOptions& options, const DriverLog& log)
{
    auto step = "Error copying context files";
    auto config = TRY(in_step(step, load_host_config(options.host)));
    auto files = TRY(in_step(
        step, fetch_files(options.sources, policy_for(options.sources, config), config.download)));
    auto text = TRY(in_step(step, take_context(files)));
    if (auto complaint = init_complaint(options.init, files)) log.info(*complaint);
    auto init = TRY(in_step(step, init_files(settle_init(options.init, config.init), files)));
    std::move(init.begin(), init.end(), std::back_inserter(files));
    auto variables = read_variables(text, log);
    auto tree = TRY(in_step("Error creating iso fs",
                            lay_out(std::move(text), std::move(files), options.image.joliet)));
    // What nobody could read may be a secret.
    bool secret = variables.refusals.any || is_private(variables.context, tree);
    return PlannedTransfer{std::move(tree), secret};
}

Result<void> make_folder(const std::string& path)
{
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code) return fail_errno(printable(path), code.value());
    return {};
}

Step<void> put_here(const PlannedTransfer& plan, const TransferOptions& options,
                    const SignalHold& signals)
{
    TRY(in_step("Error creating directory", make_folder(folder_of(options.target))));
    auto step = "Error copying context ISO to " + printable(options.shown_target);
    OutputPolicy policy{
        .is_private = plan.is_private, .keeps_owner_if_allowed = true, .replaces_links = true};
    auto output = TRY(in_step(step, OutputFile::create(options.target.path, policy)));
    TRY(in_step("Error creating iso fs",
                write_image(plan.tree, options.image, options.target.path, output, signals)));
    return in_step(step, output.commit());
}

Step<void> put_there(const PlannedTransfer& plan, const TransferOptions& options,
                     const SignalHold& signals)
{
    constexpr std::string_view step = "Error creating iso fs";
    auto output = TRY(in_step(step, OutputFile::unnamed(content_bytes(plan.tree))));
    TRY(in_step(step, write_image(plan.tree, options.image, "the image", output, signals)));
    RemoteImage image{output.fd(), output.size(), plan.is_private};
    auto sent = send_image(image, options.target, options.remote, signals);
    if (sent) return {};
    auto failed = fail_step("Error copying context ISO to " + printable(options.shown_target),
                            std::move(sent.error().error));
    failed.error().log = std::move(sent.error().lines);
    return failed;
}

Step<void> transfer(const TransferOptions& options, const DriverLog& log,
                    std::optional<SignalHold>& signals)
{
    auto plan = plan_transfer(options, log);
    if (!plan) {
        plan.error().exit_code = exit_code_of(plan.error().error);
        return std::unexpected(std::move(plan).error());
    }
    signals.emplace();
    return options.target.host.empty() ? put_here(*plan, options, *signals)
                                       : put_there(*plan, options, *signals);
}

}  // namespace

int run_transfer(const TransferOptions& options)
{
    // A signal that is held ends us at the end of this function, after the complaint.
    std::optional<SignalHold> signals;
    DriverLog log(options.marks);
    log.info("Generating context block device at " + printable(options.shown_target));
    auto done = transfer(options, log, signals);
    if (done) return kExitDone;
    for (const auto& line : done.error().log)
        log.error(line);
    log.report(done.error().error.message);
    return done.error().exit_code;
}

}  // namespace onectx
