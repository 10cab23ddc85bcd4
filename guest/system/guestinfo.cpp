// See guestinfo.h.
#include "guest/system/guestinfo.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "common/limits.h"
#include "common/text.h"
#include "guest/model/guestinfo.h"
#include "guest/system/http/deadline.h"
#include "guest/system/runner.h"

namespace onectx {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFilesLimit{10000};  // for all files, once there is a context

constexpr std::array<std::string_view, 3> kDmiFields{"sys_vendor", "product_name", "bios_vendor"};
constexpr std::string_view kPciDevices = "/sys/bus/pci/devices";
// The Virtual Machine Communication Interface (linux/drivers/misc/vmw_vmci).
constexpr std::string_view kVmciDevice = "pci:v000015ADd00000740";

std::string text_of(const FileReader& tree, const std::string& path)
{
    const auto file = tree.read(path);
    return file && *file ? (*file)->content : "";
}

// The words to which a tool answers with one value.
using Tool = std::vector<std::string>;

std::optional<Tool> find_tool(const std::string& prefix)
{
    constexpr std::array<std::string_view, 4> kDirectories{"/usr/bin/", "/usr/sbin/", "/bin/",
                                                           "/sbin/"};
    const std::array<Tool, 2> tools{Tool{"vmware-rpctool"}, Tool{"vmtoolsd", "--cmd"}};
    for (const auto& words : tools)
        for (const auto directory : kDirectories) {
            auto tool = words;
            tool.front().insert(0, prefix + std::string(directory));
            if (access(tool.front().c_str(), X_OK) == 0) return tool;
        }
    return std::nullopt;
}

// A variable that is not set makes the tool fail, and one that was cleared is empty: both are
// absence.
Result<std::optional<std::string>> ask(Tool tool, const std::string& name, milliseconds limit)
{
    tool.push_back("info-get " + name);
    auto value = TRY(in_context(name, output_of(tool, kMaxGuestinfoBytes, limit)));
    if (!value || trim(*value).empty()) return std::nullopt;
    return value;
}

// Up to the first that is not there.
void read_files(const Tool& tool, Guestinfo& info)
{
    const Deadline deadline(kFilesLimit);
    std::set<std::string> names;
    std::uint64_t total = 0;
    for (std::size_t number = 0;; ++number) {
        const auto name = std::string(kGuestinfoFile) + std::to_string(number);
        auto leave_out = [&](const std::string& reason) {
            info.warnings.push_back(name + " is left out: " + reason);
        };
        const auto value = ask(tool, name, milliseconds(deadline.remaining_ms()));
        if (!value) return info.warnings.push_back(value.error().message);
        if (!*value) return;
        if (number == kMaxCarriedFiles) return leave_out("too many files");
        auto file = file_of_guestinfo(**value);
        if (!file) {
            leave_out(file.error().message);
            continue;
        }
        total += file->content.size();
        if (total > kMaxMediumCopyBytes) return leave_out("too much in all files");
        if (names.insert(file->name).second)
            info.files.push_back(std::move(*file));
        else
            leave_out("a second " + shown(file->name));
    }
}

}  // namespace

bool is_vmware(const FileReader& tree)
{
    const auto names_vmware = [&](std::string_view field) {
        return to_lower(text_of(tree, "/sys/class/dmi/id/" + std::string(field))).find("vmware") !=
               std::string::npos;
    };
    if (std::any_of(kDmiFields.begin(), kDmiFields.end(), names_vmware)) return true;
    const auto devices = tree.list(kPciDevices);
    return devices && std::any_of(devices->begin(), devices->end(), [&](const std::string& name) {
               return text_of(tree, std::string(kPciDevices) + "/" + name + "/modalias")
                   .starts_with(kVmciDevice);
           });
}

Result<Guestinfo> read_guestinfo(milliseconds limit, const std::string& prefix)
{
    Guestinfo info;
    const auto tool = find_tool(prefix);
    if (!tool) return info;
    const auto name = std::string(kGuestinfoContext);
    const auto value = ask(*tool, name, limit);
    if (!value) info.warnings.push_back(value.error().message);
    if (!value || !*value) return info;
    info.text = TRY(in_context("read the context in " + name, context_of_guestinfo(**value)));
    read_files(*tool, info);
    return info;
}

}  // namespace onectx
