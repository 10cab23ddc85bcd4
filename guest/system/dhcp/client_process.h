// The process of a DHCP client, of either family: waits for what comes first, does what the states
// say, keeps the record. A Side is what the families do not share: its states, how it hears and
// speaks, how its lease is set. See DhcpSide and Dhcp6Side.
#pragma once

#include <net/if.h>
#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>

#include "guest/model/dhcp_record.h"
#include "guest/system/dhcp/boot_clock.h"
#include "guest/system/files.h"
#include "guest/system/root.h"
#include "guest/system/state.h"

namespace onectx {

template <class Side>
class ClientProcess {
  public:
    ClientProcess(const DhcpWish& wish, Root& root, const std::function<void()>& on_resolver,
                  Side side)
        : wish_(wish), root_(root), on_resolver_(on_resolver), side_(std::move(side))
    {
    }

    // `signals` is a signalfd(2); SIGUSR1 gives the lease back, any other leaves all as it is.
    Result<void> run(int signals)
    {
        TRY(record());
        while (is_there()) {
            if (side_.wake() <= boot_time()) TRY(act(side_.on_time(boot_time())));
            const auto [answers, events] = side_.fds();
            std::array<pollfd, 3> waiting{
                {{answers, POLLIN, 0}, {events, POLLIN, 0}, {signals, POLLIN, 0}}};
            if (poll(waiting.data(), waiting.size(), patience()) < 0 && errno != EINTR)
                return os_failure();
            signalfd_siginfo signal{};
            if (read(signals, &signal, sizeof(signal)) == sizeof(signal)) {
                if (signal.ssi_signo != SIGUSR1) return {};
                TRY(act(side_.release()));
                return forget();
            }
            const auto outcome = TRY(side_.hear(boot_time()));
            TRY(act(outcome));
        }
        return forget();
    }

  private:
    using Lease = typename Side::Lease;

    [[nodiscard]] bool is_there() const
    {
        return if_nametoindex(wish_.device.c_str()) == static_cast<unsigned>(side_.index());
    }

    // Until the clock has something to say; the device is looked for now and then.
    [[nodiscard]] int patience() const
    {
        constexpr BootTime kLongest{60'000};
        return static_cast<int>(
            std::clamp(side_.wake() - boot_time(), BootTime(0), kLongest).count());
    }

    Result<void> act(const typename Side::Outcome& outcome)
    {
        // What is given back is given back from the address, so it is said first.
        // Nobody hears it on a link that is down, and it is said again.
        if (outcome.send) (void)side_.say(*outcome.send, held_).has_value();
        if (outcome.lost && held_) {
            TRY(in_context("take the lease off", side_.remove(*held_)));
            held_.reset();
            TRY(record());
        }
        if (!outcome.lease) return {};
        TRY(in_context("set the lease", side_.set(*outcome.lease, held_)));
        held_ = outcome.lease;
        return record();
    }

    Result<void> record()
    {
        auto record = held_ ? record_of(wish_, *held_) : record_of(wish_);
        if (record == recorded_) return {};
        TRY(write_private(root_, dhcp_record_path(wish_), to_text(record)));
        bool is_news = !recorded_ ? !record.nameservers.empty() || !record.search_domains.empty()
                                  : record.nameservers != recorded_->nameservers ||
                                        record.search_domains != recorded_->search_domains;
        recorded_ = std::move(record);
        if (is_news) on_resolver_();
        return {};
    }

    Result<void> forget() { return root_.remove({.path = dhcp_record_path(wish_)}); }

    DhcpWish wish_;
    Root& root_;
    const std::function<void()>& on_resolver_;
    Side side_;
    std::optional<Lease> held_;
    std::optional<DhcpRecord> recorded_;
};

}  // namespace onectx
