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

constexpr std::string_view kDirectories = "a list of absolute paths";
constexpr std::string_view kSeconds = "a number of seconds, 1 to 86400";

// A list may be given in several lines, for lines are short.
template <std::vector<std::string> HostConfig::* member>
bool add_directories(HostConfig& config, std::string_view value)
{
    auto directories = parse_directory_list(value);
    if (!directories) return false;
    auto& list = config.*member;
    list.insert(list.end(), directories->begin(), directories->end());
    return true;
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

constexpr std::array<Key, 7> kKeys{{
    {"files", "restricted-dirs", kDirectories, add_directories<&HostConfig::restricted_dirs>},
    {"files", "safe-dirs", kDirectories, add_directories<&HostConfig::safe_dirs>},
    {"download", "connect-timeout", kSeconds, set_seconds<&DownloadSettings::connect_seconds>},
    {"download", "timeout", kSeconds, set_seconds<&DownloadSettings::total_seconds>},
    {"download", "max-size", "a number of bytes, 1 to 64 GiB", set_max_bytes},
    {"download", "ca-file", "an absolute path", set_ca_file},
    {"onegate", "endpoint", "an address: http://HOST:PORT or https://…", set_endpoint},
}};

const Key* find_key(std::string_view section, std::string_view name)
{
    const auto* found = std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& key) {
        return key.section == section && key.name == name;
    });
    return found == kKeys.end() ? nullptr : found;
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
}

Result<HostConfig> load_file(const std::string& file)
{
    auto path = file.empty() ? std::string(kFile) : file;
    auto text = read_input(path, kMaxSystemFileBytes);
    if (!text && file.empty() && text.error().code == ENOENT) return HostConfig{};
    return read_host_config(TRY(std::move(text)), printable(path));
}

}  // namespace

Result<std::vector<std::string>> parse_directory_list(std::string_view text)
{
    std::vector<std::string> directories;
    for (auto& item : TRY(parse_file_list(text))) {
        if (!item.name.empty() || !item.path.starts_with('/'))
            return fail(shown(item.path) + " is no absolute path");
        directories.push_back(std::move(item.path));
    }
    return directories;
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
        if (!key) return fail(where + " is unknown");
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
