// See config.h.
#include "host/config.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "common/ini.h"
#include "common/limits.h"
#include "common/text.h"
#include "host/files.h"
#include "host/url.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

constexpr const char* kFile = "/etc/onectx/host.conf";

struct Key {
    std::string_view section;
    std::string_view name;
    std::string_view expects;
    bool (*set)(HostConfig& config, std::string_view value);  // false: not what is expected
};

constexpr std::string_view kPaths = "a list of absolute paths";
constexpr std::string_view kSeconds = "a number of seconds, 1 to 86400";

// A list may be given in several lines, for lines are short.
bool add_paths(std::vector<std::string>& list, std::string_view value)
{
    auto paths = parse_path_list(value);
    if (!paths) return false;
    list.insert(list.end(), paths->begin(), paths->end());
    return true;
}

template <std::vector<std::string> HostConfig::* member>
bool add_directories(HostConfig& config, std::string_view value)
{
    return add_paths(config.*member, value);
}

template <unsigned DownloadSettings::* member>
bool set_seconds(HostConfig& config, std::string_view value)
{
    auto seconds = parse_number(value, 1, kMaxDownloadSeconds);
    if (seconds) config.download.*member = static_cast<unsigned>(*seconds);
    return seconds.has_value();
}

bool set_max_bytes(HostConfig& config, std::string_view value)
{
    auto bytes = parse_number(value, 1, kMaxIsoBytes);
    if (bytes) config.download.max_bytes = *bytes;
    return bytes.has_value();
}

bool set_ca_file(HostConfig& config, std::string_view value)
{
    config.download.ca_file = value;
    return value.starts_with('/');
}

bool set_endpoint(HostConfig& config, std::string_view value)
{
    config.onegate_endpoint = value;
    return is_onegate_endpoint(value);
}

bool set_init(HostConfig& config, std::string_view value)
{
    auto kind = parse_init_kind(value);
    if (kind) config.init.kind = *kind;
    return kind.has_value();
}

bool add_programs(HostConfig& config, std::string_view value)
{
    return add_paths(config.init.programs, value);
}

constexpr std::array<Key, 9> kKeys{{
    {"files", "restricted-dirs", kPaths, add_directories<&HostConfig::restricted_dirs>},
    {"files", "safe-dirs", kPaths, add_directories<&HostConfig::safe_dirs>},
    {"download", "connect-timeout", kSeconds, set_seconds<&DownloadSettings::connect_seconds>},
    {"download", "timeout", kSeconds, set_seconds<&DownloadSettings::total_seconds>},
    {"download", "max-size", "a number of bytes, 1 to 64 GiB", set_max_bytes},
    {"download", "ca-file", "an absolute path", set_ca_file},
    {"onegate", "endpoint", "an address: http://HOST:PORT or https://…", set_endpoint},
    {"image", "init", kInitKinds, set_init},
    {"image", "guest-binary", kPaths, add_programs},
}};

const Key* find_key(std::string_view section, std::string_view name)
{
    const auto* found = std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& key) {
        return key.section == section && key.name == name;
    });
    return found == kKeys.end() ? nullptr : found;
}

// What there is instead of an unknown name.
std::string known_names(std::string_view section)
{
    std::vector<std::string> names, sections;
    for (const auto& key : kKeys) {
        if (key.section == section) names.emplace_back(key.name);
        auto title = '[' + std::string(key.section) + ']';
        if (sections.empty() || sections.back() != title) sections.push_back(std::move(title));
    }
    return names.empty() ? "sections are " + join(sections, ", ")
                         : "known are " + join(names, ", ");
}

Result<void> set(const Key& key, std::string_view value, HostConfig& config)
{
    if (key.set(config, value)) return {};
    return fail("expected " + std::string(key.expects) + ", not " + shown(value));
}

// Lists grow by what is given; before the first line of one there is nothing in it.
void start_list(const Key& key, HostConfig& config)
{
    if (key.name == "restricted-dirs") config.restricted_dirs.clear();
    if (key.name == "safe-dirs") config.safe_dirs.clear();
    if (key.name == "guest-binary") config.init.programs.clear();
}

Result<HostConfig> load_file(const std::string& file)
{
    auto path = file.empty() ? std::string(kFile) : file;
    auto text = read_input(path, kMaxSystemFileBytes);
    if (!text && file.empty() && text.error().code == ENOENT) return HostConfig{};
    return read_host_config(TRY(std::move(text)), printable(path));
}

}  // namespace

Result<std::vector<std::string>> parse_path_list(std::string_view text)
{
    std::vector<std::string> paths;
    for (auto& item : TRY(parse_file_list(text))) {
        if (!item.name.empty() || !item.path.starts_with('/'))
            return fail(shown(item.path) + " is no absolute path");
        paths.push_back(std::move(item.path));
    }
    return paths;
}

bool is_onegate_endpoint(std::string_view text)
{
    return is_url(text) && check_url(text).has_value();
}

Result<void> apply_setting(const HostSetting& setting, HostConfig& config)
{
    const auto* key = find_key(setting.section, setting.name);
    if (!key) return fail(std::string(setting.name) + " is unknown");
    start_list(*key, config);
    return set(*key, setting.value, config);
}

Result<HostConfig> read_host_config(std::string_view text, std::string_view file)
{
    const auto place = [&](unsigned line) {
        return std::string(file) + ":" + std::to_string(line);
    };
    HostConfig config;
    const auto parsed = parse_ini(text);
    for (const auto& problem : parsed.problems)
        return fail(place(problem.line) + ": " + problem.message);
    std::set<const Key*> given;
    for (const auto& [section, name, value, line] : parsed.settings) {
        const auto where = place(line) + ": [" + printable(section) + "] " + printable(name);
        const auto* key = find_key(section, name);
        if (!key) return fail(where + " is unknown; " + known_names(section));
        if (given.insert(key).second) start_list(*key, config);
        TRY(in_context(where, set(*key, value, config)));
    }
    return config;
}

Result<HostConfig> load_host_config(const HostOptions& options)
{
    auto config = TRY(load_file(options.file));
    for (const auto& setting : options.settings)
        TRY(apply_setting(setting, config));
    return config;
}

}  // namespace onectx
