// See scripts.h.
#include "guest/system/scripts.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "guest/model/script_environment.h"
#include "guest/system/detached.h"
#include "guest/system/runner.h"
#include "guest/system/script_log.h"
#include "guest/system/script_process.h"

namespace onectx {
namespace {

constexpr std::string_view kTextDirectory = "/run/onectx/script";
constexpr std::string_view kToken = "/token.txt";

// sd_journal documents JOURNAL_STREAM: set where standard output is the journal.
int journal()
{
    return std::getenv("JOURNAL_STREAM") != nullptr ? STDOUT_FILENO : -1;
}

}  // namespace

SystemScripts::SystemScripts(Root& root, const Source& source, const Context& context,
                             std::string stage, std::vector<Secret> secrets)
    : root_(root),
      source_(source),
      context_(context),
      stage_(std::move(stage)),
      secrets_(std::move(secrets))
{
}

Result<void> SystemScripts::open_folder()
{
    if (redactor_) return {};
    folder_.emplace(TRY(MediumFolder::open(source_)));
    directory_ = folder_->path();
    auto others = secrets_;
    if (!directory_.empty()) {
        auto medium = TRY(Root::open(directory_));
        auto token = medium.read(kToken);
        if (token && *token) others.emplace_back((*token)->content);
    }
    redactor_.emplace(context_, others);
    return {};
}

// The path of the file that is run; a script of the context itself becomes one.
Result<std::string> SystemScripts::path_of(const RunScript& script)
{
    if (script.place == ScriptPlace::machine) return script.file;
    if (script.place == ScriptPlace::medium) return folder_->path_of(script.file);
    auto path = std::string(kTextDirectory) + "/" + script.name;
    TRY(in_context(
        "make directory " + std::string(kTextDirectory),
        root_.make_directory({.path = std::string(kTextDirectory), .mode = 0700}, 0, 0)));
    TRY(in_context(
        "write " + path,
        root_.replace({.path = path, .content = script.text.reveal(), .mode = 0700, .secret = true},
                      0, 0)));
    return path;
}

Result<std::string> SystemScripts::run(const RunScript& script)
{
    TRY(open_folder());
    ScriptProcess process
    {
        .path = TRY(path_of(script))
        , .arguments = script.arguments,
            .environment = script_environment(context_, directory_, stage_),
            .directory = directory_.empty() ? "/" : directory_,
            .limit = std::chrono::seconds(script.limit_seconds)
    };
    auto log_name = log_path(script.name);
    std::string remark;
    auto file = open_log(root_, log_name);
    if (!file) remark = "no log " + log_name + ": " + file.error().message;
    auto kept = file.has_value();
    ScriptLog log(kept ? std::move(*file) : Fd(), journal(), *redactor_);
    auto done = run_script(process, log);
    if (script.place == ScriptPlace::text) static_cast<void>(root_.remove({.path = process.path}));
    if (done) return remark;
    return fail(done.error().message + (kept ? "; see " + log_name : "; " + remark),
                done.error().code);
}

namespace {

bool has_systemd()
{
    return access("/run/systemd/system", F_OK) == 0;  // sd_booted(3)
}

Result<void> start_unit(const std::string& program, const std::vector<std::string>& arguments)
{
    // Not killed when the last script has ended: what those left running. At shutdown systemd ends
    // it as any unit.
    std::vector<std::string> argv{"systemd-run",
                                  "--quiet",
                                  "--no-block",
                                  "--collect",
                                  "--unit=onectx-scripts-" + std::to_string(getpid()),
                                  "--description=Scripts of the context",
                                  "--property=KillMode=process",
                                  "--property=SyslogIdentifier=onectx-scripts",
                                  "--",
                                  program};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return SystemRunner().run(argv);
}

}  // namespace

Result<void> start_scripts(const std::vector<std::string>& arguments)
{
    constexpr std::size_t kLongest = 4096;
    std::string program(kLongest, '\0');
    auto length = readlink("/proc/self/exe", program.data(), program.size());
    if (length < 0) return fail_errno("start the scripts");
    program.resize(std::size_t(length));
    // A machine whose systemd cannot do it (--collect came with 236) runs them as any other.
    if (has_systemd() && start_unit(program, arguments)) return {};
    return start_detached(arguments);
}

}  // namespace onectx
