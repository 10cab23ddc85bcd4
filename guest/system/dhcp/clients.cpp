// See clients.h.
#include "guest/system/dhcp/clients.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>

#include "common/limits.h"
#include "common/text.h"
#include "guest/system/detached.h"
#include "guest/system/files.h"
#include "guest/system/lock.h"
#include "guest/system/runner.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

// To give its lease back and go.
constexpr std::chrono::seconds kEndLimit{5};

// The number of the process that holds the lock of a client; absent when nobody does.
Result<std::optional<pid_t>> client_of(const DhcpWish& wish, const Root& root)
{
    const auto path = std::string(kRunDirectory) + "/" + dhcp_lock_name(wish);
    if (!TRY(root.status(path))) return std::nullopt;
    constexpr std::size_t kMaxPidBytes = 32;
    const auto fd = TRY(root.open_inside(path, O_RDONLY | O_NOFOLLOW));
    if (flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
    if (errno != EWOULDBLOCK) return os_failure();
    const auto text = TRY(read_all(fd.get(), kMaxPidBytes));
    // It has the lock and has not said who it is yet.
    const auto pid = parse_number(trim(text), 1, INT32_MAX);
    if (!pid) return fail("its process is not known");
    return static_cast<pid_t>(*pid);
}

Result<std::string> own_program()
{
    std::string path(kMaxPathBytes, '\0');
    const auto size = readlink("/proc/self/exe", path.data(), path.size());
    if (size < 0) return os_failure();
    path.resize(static_cast<std::size_t>(size));
    return path;
}

std::vector<std::string> arguments_of(const DhcpWish& wish)
{
    if (wish.ipv6) return {"dhcp", "--device", wish.device, "--ipv6"};
    std::vector<std::string> arguments{"dhcp", "--device", wish.device, "--metric",
                                       std::to_string(wish.metric)};
    if (wish.keep_mtu) arguments.emplace_back("--keep-mtu");
    return arguments;
}

}  // namespace

std::string dhcp_lock_name(const DhcpWish& wish)
{
    return dhcp_name(wish) + ".lock";
}

Result<std::vector<DhcpWish>> running_dhcp_clients(const Root& root)
{
    std::vector<DhcpWish> running;
    for (const auto& name : TRY(root.list(kRunDirectory))) {
        if (!name.starts_with("dhcp") || name.ends_with(".lock")) continue;
        const auto file = TRY(root.read(std::string(kRunDirectory) + "/" + name));
        const auto record = file ? parse_dhcp_record(file->content) : std::nullopt;
        if (record && TRY(client_of(record->wish, root))) running.push_back(record->wish);
    }
    return running;
}

Result<void> start_dhcp_client(const DhcpWish& wish, const Root& root)
{
    auto arguments = arguments_of(wish);
    if (!TRY(root.status("/run/systemd/system"))) return start_detached(arguments);
    std::vector<std::string> argv
    {
        "systemd-run", "--quiet", "--collect", "--unit=onectx-" + dhcp_name(wish),
            "--description=" + protocol_of(wish) + " on " + wish.device + " for its context",
            "--property=Restart=on-failure", TRY(own_program())
    };
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return SystemRunner().run(argv);
}

Result<void> end_dhcp_client(const DhcpWish& wish, const Root& root)
{
    auto end = [&]() -> Result<void> {
        const auto pid = TRY(client_of(wish, root));
        if (!pid) return {};
        if (kill(*pid, SIGUSR1) != 0 && errno != ESRCH) return os_failure();
        auto is_gone = [&]() -> Result<bool> { return !TRY(client_of(wish, root)); };
        if (!TRY(wait_for_lock(is_gone, kEndLimit))) return fail("it does not end", ETIMEDOUT);
        return {};
    };
    return in_context("end " + protocol_of(wish) + " on " + wish.device, end());
}

}  // namespace onectx
