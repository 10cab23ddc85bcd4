// See run_client.h.
#include "guest/system/dhcp/run_client.h"

#include <csignal>
#include <cstring>

#include "guest/system/dhcp/client_process.h"
#include "guest/system/dhcp/clients.h"
#include "guest/system/dhcp/dhcp6_side.h"
#include "guest/system/dhcp/dhcp_side.h"
#include "guest/system/facts.h"
#include "guest/system/lock.h"
#include "guest/system/rtnetlink.h"

namespace onectx {
namespace {

Result<KernelLink> link_of(const std::string& device)
{
    for (auto& link : TRY(list_links()))
        if (link.name == device) return std::move(link);
    return fail("there is no such device", ENODEV);
}

Result<std::uint32_t> seed()
{
    std::uint32_t number = 0;
    const auto bytes = TRY(random_bytes(sizeof(number)));
    std::memcpy(&number, bytes.data(), sizeof(number));
    return number;
}

// SIGTERM, SIGINT and SIGUSR1 as a descriptor.
Result<Fd> open_signals()
{
    sigset_t set;
    sigemptyset(&set);
    for (int one : {SIGTERM, SIGINT, SIGUSR1})
        sigaddset(&set, one);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    Fd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd.valid()) return os_failure();
    return fd;
}

template <class Side>
Result<void> run(const DhcpWish& wish, Root& root, const std::function<void()>& on_resolver,
                 int signals)
{
    const auto link = TRY(link_of(wish.device));
    const auto chance = TRY(seed());
    auto side = TRY(Side::open(wish, link, chance));
    return ClientProcess<Side>(wish, root, on_resolver, std::move(side)).run(signals);
}

}  // namespace

Result<void> run_dhcp_client(const DhcpWish& wish, Root& root,
                             const std::function<void()>& on_resolver)
{
    auto lock = TRY(RunLock::take(root, BootTime(0), dhcp_lock_name(wish)));
    const auto signals = TRY(open_signals());
    const auto& run_family = wish.ipv6 ? run<Dhcp6Side> : run<DhcpSide>;
    return in_context(protocol_of(wish) + " on " + wish.device,
                      run_family(wish, root, on_resolver, signals.get()));
}

}  // namespace onectx
