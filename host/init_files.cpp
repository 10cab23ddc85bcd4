// See init_files.h.
#include "host/init_files.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "common/text.h"
#include "host/cd_scripts.h"
#include "host/guest_binary.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

constexpr std::string_view kScript = "init.sh";
constexpr std::string_view kProgram = "onectx-guest";

// The parts are scripts of their own; here a subshell holds them.
std::string script_of(InitKind kind)
{
    std::string script = "#!/bin/sh\n(\n";
    script += kCdHead;
    script += kind == InitKind::bundle ? kCdBundle : kCdPortable;
    script += ") && onectx_status=0 || onectx_status=$?\n";
    return script += kCdTail;
}

// Where packages and builds put the guest program, as seen from this one.
Result<std::string> own_neighbour()
{
    std::error_code ignored;
    auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const auto& candidate : {folder / kProgram, folder / "../sbin" / kProgram}) {
        if (access(candidate.c_str(), X_OK) == 0) return candidate.string();
    }
    return fail("--init bundle: no onectx-guest beside this program; --guest-binary names one");
}

Result<Attachment> program_file(const std::string& path)
{
    auto source = TRY(FileSource::open(path));
    auto machine = TRY(in_context(printable(path), machine_of_program(source)));
    FileRequest request{path, std::string(kProgram) + "." + machine};
    auto files = TRY(collect_files({request}, {.base = ".", .restricted = {}}));
    files.front().executable = true;
    return std::move(files.front());
}

Result<std::vector<Attachment>> program_files(std::vector<std::string> paths)
{
    if (paths.empty()) paths.push_back(TRY(own_neighbour()));
    std::vector<Attachment> files;
    std::set<std::string> names;
    for (const auto& path : paths) {
        files.push_back(TRY(in_context("--guest-binary", program_file(path))));
        if (!names.insert(files.back().path).second) {
            return fail("--guest-binary: " + printable(path) + ": a second program for " +
                        files.back().path.substr(kProgram.size() + 1));
        }
    }
    return files;
}

bool has_script(const std::vector<Attachment>& given)
{
    return std::any_of(given.begin(), given.end(),
                       [](const Attachment& file) { return file.path == kScript; });
}

}  // namespace

std::optional<InitKind> parse_init_kind(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, InitKind>, 3> kKinds{
        {{"none", InitKind::none}, {"portable", InitKind::portable}, {"bundle", InitKind::bundle}}};
    for (const auto& [name, kind] : kKinds) {
        if (name == word) return kind;
    }
    return std::nullopt;
}

InitSettings settle_init(const InitOptions& options, const InitSettings& of_host)
{
    return {options.kind.value_or(of_host.kind),
            options.programs.empty() ? of_host.programs : options.programs};
}

std::optional<std::string_view> init_complaint(const InitOptions& options,
                                               const std::vector<Attachment>& given)
{
    bool is_asked = options.kind && *options.kind != InitKind::none;
    if (!is_asked || !has_script(given)) return std::nullopt;
    return "--init adds nothing: there is an init.sh already";
}

Result<std::vector<Attachment>> init_files(const InitSettings& settings,
                                           const std::vector<Attachment>& given)
{
    std::vector<Attachment> files;
    if (settings.kind == InitKind::none || has_script(given)) return files;
    if (settings.kind == InitKind::bundle) files = TRY(program_files(settings.programs));
    files.push_back({std::string(kScript), true, script_of(settings.kind)});
    return files;
}

}  // namespace onectx
