// See facts.h.
#include "guest/system/facts.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "guest/system/dhcp/clients.h"
#include "guest/system/fd.h"
#include "guest/system/files.h"
#include "guest/system/nics.h"
#include "guest/system/os_tree.h"
#include "guest/system/rtnetlink.h"
#include "guest/system/swaps.h"

namespace onectx {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kStateKeyBytes = 32;
constexpr std::int64_t kSecondsOfDay = 24 * 60 * 60;

std::string kernel_hostname()
{
    utsname names = {};
    return uname(&names) == 0 ? names.nodename : "";
}

std::int64_t days_since_epoch()
{
    timespec now = {};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec / kSecondsOfDay;
}

Result<std::string> urandom_bytes(std::size_t size)
{
    const Fd fd(open("/dev/urandom", O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return fail_errno("/dev/urandom");
    std::string bytes(size, '\0');
    for (std::size_t done = 0; done < size;) {
        const auto got = read(fd.get(), bytes.data() + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail_errno("/dev/urandom", got < 0 ? errno : EIO);
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

Result<void> ask_kernel(const Root& root, Facts& facts)
{
    facts.kernel_hostname = kernel_hostname();
    facts.nics = TRY(nics_of_kernel(root));
    // Without it nothing is compared, and files are written all the same.
    if (auto network = read_network()) facts.network = std::move(*network);
    facts.dhcp_clients = TRY(running_dhcp_clients(root));
    const auto active = TRY(root.read("/proc/swaps"));
    facts.swaps = TRY(find_swaps(facts.page_size, active ? active->content : ""));
    return {};
}

}  // namespace

bool is_writable(const Root& root, std::string_view directory)
{
    const auto opened = root.open_inside(directory, O_RDONLY | O_DIRECTORY);
    struct statvfs status = {};
    return opened && fstatvfs(opened->get(), &status) == 0 && (status.f_flag & ST_RDONLY) == 0;
}

Result<std::string> random_bytes(std::size_t size)
{
    std::string bytes(size, '\0');  // getrandom(2) gives up to 256 bytes in one piece
    const auto got = getrandom(bytes.data(), size, GRND_NONBLOCK);
    if (got == static_cast<ssize_t>(size)) return bytes;
    return in_context("random bytes", urandom_bytes(size));
}

Result<Facts> gather_facts(const Root& root, bool offline)
{
    Facts facts
    {
        .os = find_os_release(root), .init = find_init(root, offline), .offline = offline,
        .root_writable = is_writable(root, "/"), .container = is_container(root, offline),
        .privileged = geteuid() == 0,
        .page_size = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)),
        .days_since_epoch = days_since_epoch(), .password_salt_bytes = TRY(random_bytes(kSaltBytes))
        , .fresh_state_key = Secret(TRY(random_bytes(kStateKeyBytes)))
    };
    if (offline)
        facts.nics = TRY(nics_of_tree(root));
    else
        TRY(ask_kernel(root, facts));
    return facts;
}

}  // namespace onectx
