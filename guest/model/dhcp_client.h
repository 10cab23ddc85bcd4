// The client of DHCPv4 as a machine of states (RFC 2131, sections 4.4 and 4.4.5): what has happened
// goes in, what is to be said and done comes out. Time is a value, counted from any moment; chance
// comes from a seed. Whoever runs it owns the sockets and the kernel.
// It takes the first offer, and remembers no lease of an earlier boot.
#pragma once

#include <chrono>
#include <optional>
#include <random>

#include "guest/model/dhcp_message.h"

namespace onectx {

class DhcpClient {
  public:
    using Time = std::chrono::milliseconds;

    struct Send {
        DhcpRequest message;
        std::optional<Ipv4> to;  // a server, from the leased address; absent: everybody

        bool operator==(const Send&) const = default;
    };

    // What is to be done, in this order: the lease ends, this one begins or goes on, this is said.
    struct Outcome {
        bool lost = false;
        std::optional<DhcpLease> lease;
        std::optional<Send> send;
    };

    DhcpClient(const Mac& mac, std::uint32_t seed, Time now);

    // When on_time() has something to do.
    [[nodiscard]] Time wake() const { return wake_; }
    [[nodiscard]] Outcome on_time(Time now);
    // An answer to somebody else, or to another question, changes nothing.
    [[nodiscard]] Outcome on_answer(const DhcpAnswer& answer, Time now);
    // Gives the lease back.
    [[nodiscard]] Outcome release();

    [[nodiscard]] const std::optional<DhcpLease>& lease() const { return lease_; }

  private:
    enum class State { selecting, requesting, bound, renewing, rebinding };

    void begin(State state, Time now);
    [[nodiscard]] Outcome restart(Time now, bool lost);
    [[nodiscard]] Outcome ask(Time now);
    [[nodiscard]] Outcome take(const DhcpLease& lease, Time now);
    [[nodiscard]] Time patience();
    [[nodiscard]] Time time_of(std::chrono::seconds since_asked) const;

    Mac mac_;
    std::minstd_rand chance_;
    State state_ = State::selecting;
    std::uint32_t id_ = 0;
    unsigned tries_ = 0;
    Time began_{0};  // to ask
    Time asked_{0};  // for the lease that is there or coming, first
    Time wake_{0};
    std::optional<DhcpLease> offer_;
    std::optional<DhcpLease> lease_;
};

}  // namespace onectx
