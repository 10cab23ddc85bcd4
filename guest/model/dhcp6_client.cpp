// See dhcp6_client.h.
#include "guest/model/dhcp6_client.h"

#include <algorithm>

namespace onectx {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kNever = milliseconds::max();
// SOL_MAX_DELAY of section 7.6: before the first word.
constexpr seconds kFirstDelay{1};
// SOL_MAX_RT, where no server says another.
constexpr seconds kLongestPatience{3600};
constexpr std::uint8_t kWantsToBeTaken = 255;  // section 18.2.9
// Before servers are asked anew: by one that was refused, and by one whose address another machine
// has.
constexpr seconds kAfterRefusal{3};
constexpr seconds kAfterDuplicate{10};
// However short a lease is, so that no server is asked without end.
constexpr seconds kLeastRest{1};

}  // namespace

// Section 15, with the values of 7.6: the first patience, the longest, and how often it is asked
// (0: without end).
struct Dhcp6Client::Pace {
    Time first, longest;
    unsigned tries = 0;
};

Dhcp6Client::Pace Dhcp6Client::pace() const
{
    switch (state_) {
        case State::soliciting: return {seconds(1), longest_, 0};
        case State::requesting: return {seconds(1), seconds(30), 10};
        case State::declining: return {seconds(1), seconds(8), 4};
        case State::waiting:
        case State::bound:
        case State::renewing:
        case State::rebinding: break;
    }
    return {seconds(10), seconds(600), 0};
}

Dhcp6Client::Dhcp6Client(Dhcp6Identity whom, std::uint32_t seed)
    : whom_(std::move(whom)), chance_(seed), longest_(kLongestPatience), wake_(kNever)
{
}

Dhcp6Client::Time Dhcp6Client::chance(Time least, Time most)
{
    std::uniform_int_distribution<Time::rep> spread(least.count(), most.count());
    return Time(spread(chance_));
}

// A tenth more or less each time; the first solicitation's only more, so that offers are collected
// for a whole second.
Dhcp6Client::Time Dhcp6Client::patience()
{
    const auto [first, longest, tries] = pace();
    auto near = [&](Time middle) { return middle + chance(-middle / 10, middle / 10); };
    if (tries_ > 0)
        patience_ += near(patience_);
    else if (state_ == State::soliciting)
        patience_ = first + chance(Time(1), first / 10);
    else
        patience_ = near(first);
    if (patience_ > longest) patience_ = near(longest);
    return patience_;
}

Dhcp6Client::Time Dhcp6Client::time_of(seconds since_given) const
{
    return since_given == kEndless ? kNever : given_ + Time(since_given);
}

// Until then, or until the lease ends.
void Dhcp6Client::rest(Time until)
{
    wake_ = lease_ ? std::min(until, time_of(lease_->valid)) : until;
}

// A new exchange.
void Dhcp6Client::begin(State state, Time when)
{
    constexpr std::uint32_t kIdMask = 0xFFFFFF;
    state_ = state;
    tries_ = 0;
    id_ = static_cast<std::uint32_t>(chance_()) & kIdMask;
    rest(when);
}

void Dhcp6Client::begin_anew(Time when)
{
    offer_.reset();
    if (speaks_)
        begin(State::soliciting, when);
    else
        begin(State::waiting, kNever);
}

Dhcp6Client::Outcome Dhcp6Client::lose(Time now)
{
    lease_.reset();
    begin_anew(now);
    return {.lost = true, .lease = {}, .send = {}};
}

Dhcp6Request Dhcp6Client::ask(Time now)
{
    if (tries_ == 0) began_ = now;
    Dhcp6Request message{.type = Dhcp6Type::solicit, .id = id_, .whom = whom_};
    const auto hundredths = (now - began_).count() / 10;
    message.hundredths = static_cast<std::uint16_t>(std::min<std::int64_t>(hundredths, UINT16_MAX));
    auto say = [&](Dhcp6Type type, const Dhcp6Lease& lease, bool to_its_server) {
        message.type = type;
        message.own = lease.address;
        if (to_its_server) message.server = lease.server;
    };
    switch (state_) {
        case State::waiting:
        case State::soliciting: break;
        case State::requesting: say(Dhcp6Type::request, *offer_, true); break;
        case State::bound:
        case State::renewing: say(Dhcp6Type::renew, *lease_, true); break;
        case State::rebinding: say(Dhcp6Type::rebind, *lease_, false); break;
        case State::declining: say(Dhcp6Type::decline, *offer_, true); break;
    }
    rest(now + patience());
    ++tries_;
    return message;
}

Dhcp6Client::Outcome Dhcp6Client::on_time(Time now)
{
    if (now < wake_) return {};
    if (lease_ && now >= time_of(lease_->valid)) return lose(now);
    const auto tries = pace().tries;
    if (tries != 0 && tries_ == tries) {
        begin_anew(state_ == State::declining ? now + kAfterDuplicate : now);
        return {};
    }
    if (state_ == State::soliciting && offer_) begin(State::requesting, now);
    if (state_ == State::bound) begin(State::renewing, now);
    const auto rebind = lease_ ? time_of(lease_->rebind) : kNever;
    if (state_ == State::renewing && now >= rebind) begin(State::rebinding, now);
    Outcome outcome{.lost = false, .lease = {}, .send = ask(now)};
    if (state_ == State::renewing) wake_ = std::min(wake_, rebind);
    return outcome;
}

Dhcp6Client::Outcome Dhcp6Client::take(const Dhcp6Lease& lease, Time now)
{
    is_checked_ = is_checked_ && lease_ && lease_->address == lease.address;
    lease_ = lease;
    offer_.reset();
    given_ = now;
    state_ = State::bound;
    rest(std::max(time_of(lease.renew), now + kLeastRest));
    return {.lost = false, .lease = lease, .send = {}};
}

// Offers are collected until the first patience is over, and then the first one is taken.
Dhcp6Client::Outcome Dhcp6Client::on_offer(const Dhcp6Answer& answer, Time now)
{
    if (!answer.lease) return {};
    if (answer.type == Dhcp6Type::reply) return answer.rapid ? take(*answer.lease, now) : Outcome{};
    if (!offer_ || answer.preference > preference_) {
        offer_ = answer.lease;
        preference_ = answer.preference;
    }
    if (tries_ < 2 && preference_ != kWantsToBeTaken) return {};
    begin(State::requesting, now);
    return on_time(now);
}

Dhcp6Client::Outcome Dhcp6Client::on_confirmation(const Dhcp6Answer& answer, Time now)
{
    if (answer.server != offer_->server) return {};
    if (answer.lease) return take(*answer.lease, now);
    begin_anew(now + kAfterRefusal);
    return {};
}

// What says nothing of the address leaves it as it is.
Dhcp6Client::Outcome Dhcp6Client::on_renewal(const Dhcp6Answer& answer, Time now)
{
    if (state_ == State::renewing && answer.server != lease_->server) return {};
    if (answer.lease) return take(*answer.lease, now);
    const auto& ended = answer.ended;
    if (std::find(ended.begin(), ended.end(), lease_->address) != ended.end()) {
        auto outcome = lose(now);
        rest(now + kAfterRefusal);
        return outcome;
    }
    if (answer.status != Dhcp6Status::no_binding) return {};
    // A server that knows nothing of it is asked for it by a request (section 18.2.10.1).
    offer_ = lease_;
    offer_->server = answer.server;
    begin(State::requesting, now);
    return on_time(now);
}

Dhcp6Client::Outcome Dhcp6Client::on_answer(const Dhcp6Answer& answer, Time now)
{
    const bool is_asked = state_ != State::waiting && state_ != State::bound && tries_ > 0;
    if (!is_asked || answer.id != id_) return {};
    if (answer.patience) longest_ = *answer.patience;
    if (state_ == State::soliciting) return on_offer(answer, now);
    // Whoever failed for no reason is asked again in time.
    if (answer.type != Dhcp6Type::reply || answer.status == Dhcp6Status::unspecific_failure)
        return {};
    if (state_ == State::requesting) return on_confirmation(answer, now);
    if (state_ != State::declining) return on_renewal(answer, now);
    if (answer.server == offer_->server) begin_anew(now + kAfterDuplicate);
    return {};
}

Dhcp6Client::Outcome Dhcp6Client::decline(Time now)
{
    offer_ = std::move(lease_);
    lease_.reset();
    begin(State::declining, now);
    return {.lost = true, .lease = {}, .send = ask(now)};
}

Dhcp6Client::Outcome Dhcp6Client::on_link(bool speaks, AddressState own, Time now)
{
    speaks_ = speaks;
    const bool is_seeking = state_ == State::soliciting || state_ == State::requesting;
    if (!speaks && is_seeking) begin_anew(now);
    if (speaks && state_ == State::waiting) begin_anew(now + chance(Time(0), kFirstDelay));
    if (!lease_) return {};
    switch (own) {
        case AddressState::tentative: return {};
        case AddressState::usable: is_checked_ = true; return {};
        case AddressState::duplicate: return decline(now);
        // The kernel drops one with an end that it finds to be another's.
        case AddressState::absent: break;
    }
    return speaks && !is_checked_ ? decline(now) : lose(now);
}

Dhcp6Client::Outcome Dhcp6Client::release()
{
    if (!lease_) return {};
    begin(State::waiting, kNever);
    Dhcp6Request message{.type = Dhcp6Type::release,
                         .id = id_,
                         .whom = whom_,
                         .server = lease_->server,
                         .own = lease_->address};
    offer_.reset();
    lease_.reset();
    rest(kNever);
    return {.lost = true, .lease = {}, .send = std::move(message)};
}

}  // namespace onectx
