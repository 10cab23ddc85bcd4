// The client of DHCPv6 as a machine of states (RFC 8415, section 18.2): what has happened goes in,
// what is to be said and done comes out. Time is a value, counted from any moment; chance comes
// from a seed. Whoever runs it owns the socket and the kernel.
// It keeps one address, of the server that prefers itself most, and remembers none of an earlier
// boot. Routes are the business of router advertisements.
#pragma once

#include <chrono>
#include <optional>
#include <random>

#include "guest/model/dhcp6_message.h"

namespace onectx {

// The leased address in the kernel.
enum class AddressState { absent, tentative, duplicate, usable };

class Dhcp6Client {
  public:
    using Time = std::chrono::milliseconds;

    // What is to be done, in this order: this is said, the lease ends, this one begins or goes on.
    struct Outcome {
        bool lost = false;
        std::optional<Dhcp6Lease> lease;
        std::optional<Dhcp6Request> send;  // to all servers, from the link-local address
    };

    // Says nothing until the link can speak.
    Dhcp6Client(Dhcp6Identity whom, std::uint32_t seed);

    // When on_time() has something to do.
    [[nodiscard]] Time wake() const { return wake_; }
    [[nodiscard]] Outcome on_time(Time now);
    // An answer to another question changes nothing; one to somebody else is none (see parse).
    [[nodiscard]] Outcome on_answer(const Dhcp6Answer& answer, Time now);
    // Whether the link has a carrier and a link-local address that is its own, and what the kernel
    // says of the leased address. A duplicate is declined; one that somebody took away, or that
    // went with the link, is asked for anew.
    [[nodiscard]] Outcome on_link(bool speaks, AddressState own, Time now);
    // Gives the lease back, in one word that nobody need answer.
    [[nodiscard]] Outcome release();

    [[nodiscard]] const std::optional<Dhcp6Lease>& lease() const { return lease_; }

  private:
    enum class State { waiting, soliciting, requesting, bound, renewing, rebinding, declining };
    struct Pace;

    [[nodiscard]] Pace pace() const;
    [[nodiscard]] Time patience();
    [[nodiscard]] Time chance(Time least, Time most);
    [[nodiscard]] Time time_of(std::chrono::seconds since_given) const;
    void begin(State state, Time when);
    void begin_anew(Time when);
    void rest(Time until);
    [[nodiscard]] Outcome lose(Time now);
    [[nodiscard]] Outcome decline(Time now);
    [[nodiscard]] Dhcp6Request ask(Time now);
    [[nodiscard]] Outcome take(const Dhcp6Lease& lease, Time now);
    [[nodiscard]] Outcome on_offer(const Dhcp6Answer& answer, Time now);
    [[nodiscard]] Outcome on_confirmation(const Dhcp6Answer& answer, Time now);
    [[nodiscard]] Outcome on_renewal(const Dhcp6Answer& answer, Time now);

    Dhcp6Identity whom_;
    std::minstd_rand chance_;
    State state_ = State::waiting;
    bool speaks_ = false;
    bool is_checked_ = false;  // the leased address was found to be nobody else's
    std::uint32_t id_ = 0;
    unsigned tries_ = 0;
    Time longest_;      // between two solicitations
    Time patience_{0};  // the last one
    Time began_{0};     // to ask
    Time given_{0};     // the lease
    Time wake_;
    int preference_ = 0;  // of the offer
    std::optional<Dhcp6Lease> offer_;
    std::optional<Dhcp6Lease> lease_;
};

}  // namespace onectx
