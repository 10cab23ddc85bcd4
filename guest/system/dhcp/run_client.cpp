// See run_client.h.
#include "guest/system/dhcp/run_client.h"

#include <net/if.h>
#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <ctime>

#include "guest/system/dhcp/clients.h"
#include "guest/system/dhcp/dhcp_socket.h"
#include "guest/system/facts.h"
#include "guest/system/files.h"
#include "guest/system/link_writer.h"
#include "guest/system/lock.h"
#include "guest/system/rtnetlink.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

using Time = DhcpClient::Time;

// With the time that a machine was suspended: its lease ran on.
Time now()
{
    timespec clock{};
    clock_gettime(CLOCK_BOOTTIME, &clock);
    return std::chrono::seconds(clock.tv_sec) +
           std::chrono::duration_cast<Time>(std::chrono::nanoseconds(clock.tv_nsec));
}

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

// The lease on the link.
class Link {
  public:
    Link(const DhcpWish& wish, KernelLink link) : wish_(wish), link_(std::move(link)) {}

    Result<void> set(const DhcpLease& lease, const std::optional<DhcpLease>& before)
    {
        auto socket = TRY(NetlinkSocket::open());
        LinkWriter writer(socket, link_.index);
        // The router may say less than the link can, and a refusal costs nobody anything.
        if (!wish_.keep_mtu && lease.mtu) (void)writer.set_mtu(*lease.mtu).has_value();
        TRY(writer.lease(LeasedAddress{lease.address, lease.valid}));
        if (before) TRY(remove(*before, &lease, writer));
        for (const auto& route : lease.routes) {
            auto set = writer.lease(measured(route), lease.address.address);
            // One that is there already: ours, or another's that comes first.
            if (!set && set.error().code != EEXIST) return set;
        }
        return {};
    }

    Result<void> remove(const DhcpLease& lease)
    {
        auto socket = TRY(NetlinkSocket::open());
        LinkWriter writer(socket, link_.index);
        return remove(lease, nullptr, writer);
    }

    [[nodiscard]] const KernelLink& kernel_link() const { return link_; }

  private:
    // What of an old lease is not in the new one.
    Result<void> remove(const DhcpLease& old, const DhcpLease* lease, LinkWriter& writer) const
    {
        for (const auto& route : old.routes) {
            bool stays = lease != nullptr && std::find(lease->routes.begin(), lease->routes.end(),
                                                       route) != lease->routes.end();
            if (!stays) TRY(writer.remove(measured(route)));
        }
        if (lease != nullptr && old.address == lease->address) return {};
        return writer.remove(IpPrefix{old.address.address, old.address.prefix});
    }

    [[nodiscard]] Route measured(Route route) const
    {
        route.metric = wish_.metric;
        return route;
    }

    DhcpWish wish_;
    KernelLink link_;
};

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

class Process {
  public:
    Process(const DhcpWish& wish, Root& root, const std::function<void()>& on_resolver, Link link,
            DhcpSocket socket, std::uint32_t chance)
        : wish_(wish),
          root_(root),
          on_resolver_(on_resolver),
          link_(std::move(link)),
          socket_(std::move(socket)),
          client_(link_.kernel_link().mac, chance, now())
    {
    }

    Result<void> run(int signals)
    {
        TRY(record());
        while (is_there()) {
            if (client_.wake() <= now()) TRY(act(client_.on_time(now())));
            std::array<pollfd, 2> waiting{{{socket_.fd(), POLLIN, 0}, {signals, POLLIN, 0}}};
            if (poll(waiting.data(), waiting.size(), patience()) < 0 && errno != EINTR)
                return os_failure();
            signalfd_siginfo signal{};
            if (read(signals, &signal, sizeof(signal)) == sizeof(signal)) {
                if (signal.ssi_signo != SIGUSR1) return {};
                TRY(act(client_.release()));
                return forget();
            }
            // A link that goes down is an error of the socket, once; the clock goes on.
            auto answer = socket_.receive();
            if (answer && *answer) TRY(act(client_.on_answer(**answer, now())));
        }
        return forget();
    }

  private:
    [[nodiscard]] bool is_there() const
    {
        return if_nametoindex(wish_.device.c_str()) ==
               static_cast<unsigned>(link_.kernel_link().index);
    }

    // Until the clock has something to say; the device is looked for now and then.
    [[nodiscard]] int patience() const
    {
        constexpr Time kLongest{60'000};
        return static_cast<int>(std::clamp(client_.wake() - now(), Time(0), kLongest).count());
    }

    Result<void> act(const DhcpClient::Outcome& outcome)
    {
        // What is given back is given back from the address, so it is said first.
        auto own = held_ ? std::optional(held_->address.address) : std::nullopt;
        // Nobody hears it on a link that is down, and it is said again.
        if (outcome.send) (void)socket_.send(*outcome.send, own).has_value();
        if (outcome.lost && held_) {
            TRY(in_context("take the lease off", link_.remove(*held_)));
            held_.reset();
            TRY(record());
        }
        if (!outcome.lease) return {};
        TRY(in_context("set the lease", link_.set(*outcome.lease, held_)));
        held_ = outcome.lease;
        return record();
    }

    Result<void> record()
    {
        auto record = record_of(wish_, held_);
        if (record == recorded_) return {};
        TRY(write_private(root_, dhcp_record_path(wish_.device), to_text(record)));
        bool is_news = !recorded_ ? !record.nameservers.empty() || !record.search_domains.empty()
                                  : record.nameservers != recorded_->nameservers ||
                                        record.search_domains != recorded_->search_domains;
        recorded_ = std::move(record);
        if (is_news) on_resolver_();
        return {};
    }

    Result<void> forget() { return root_.remove({.path = dhcp_record_path(wish_.device)}); }

    DhcpWish wish_;
    Root& root_;
    const std::function<void()>& on_resolver_;
    Link link_;
    DhcpSocket socket_;
    DhcpClient client_;
    std::optional<DhcpLease> held_;
    std::optional<DhcpRecord> recorded_;
};

}  // namespace

Result<void> run_dhcp_client(const DhcpWish& wish, Root& root,
                             const std::function<void()>& on_resolver)
{
    auto lock = TRY(RunLock::take(root, Time(0), dhcp_lock_name(wish.device)));
    const auto signals = TRY(open_signals());
    auto run = [&]() -> Result<void> {
        auto link = TRY(link_of(wish.device));
        auto socket = TRY(DhcpSocket::open(wish.device, link.index));
        Process process(wish, root, on_resolver, Link(wish, std::move(link)), std::move(socket),
                        TRY(seed()));
        return process.run(signals.get());
    };
    return in_context("DHCP on " + wish.device, run());
}

}  // namespace onectx
