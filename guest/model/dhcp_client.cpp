// See dhcp_client.h.
#include "guest/model/dhcp_client.h"

#include <algorithm>

namespace onectx {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// RFC 2131, section 4.1: 4 s, doubled up to 64 s, a second more or less by chance.
constexpr seconds kFirstPatience{4};
constexpr seconds kLongestPatience{64};
constexpr int kSpread = 1000;
// For an offer that nobody confirms.
constexpr unsigned kMaxRequests = 4;
// Section 4.4.5: half of what is left, and not less than a minute.
constexpr seconds kLeastBetween{60};
// Before a server that refuses is asked anew.
constexpr seconds kAfterRefusal{3};
// However short a lease is, so that no server is asked without end.
constexpr seconds kLeastRest{1};
constexpr milliseconds kNever = milliseconds::max();

}  // namespace

DhcpClient::DhcpClient(const Mac& mac, std::uint32_t seed, Time now) : mac_(mac), chance_(seed)
{
    begin(State::selecting, now);
    wake_ = now;
}

// A new exchange.
void DhcpClient::begin(State state, Time now)
{
    if (state != State::requesting) {
        id_ = static_cast<std::uint32_t>(chance_());
        began_ = now;
    }
    state_ = state;
    tries_ = 0;
}

DhcpClient::Time DhcpClient::patience()
{
    auto whole = std::min(kFirstPatience * (1U << std::min(tries_, 4U)), kLongestPatience);
    std::uniform_int_distribution<int> spread(-kSpread, kSpread);
    return Time(whole) + Time(spread(chance_));
}

DhcpClient::Time DhcpClient::time_of(seconds since_asked) const
{
    return since_asked == kEndless ? kNever : asked_ + Time(since_asked);
}

DhcpClient::Outcome DhcpClient::restart(Time now, bool lost)
{
    begin(State::selecting, now);
    offer_.reset();
    lease_.reset();
    wake_ = now;
    return {.lost = lost, .lease = {}, .send = {}};
}

DhcpClient::Outcome DhcpClient::ask(Time now)
{
    Send send{.message = {.type = DhcpType::request, .id = id_, .mac = mac_}, .to = {}};
    auto& message = send.message;
    message.seconds = static_cast<std::uint16_t>(std::min<std::int64_t>(
        std::chrono::duration_cast<seconds>(now - began_).count(), UINT16_MAX));
    switch (state_) {
        case State::selecting: message.type = DhcpType::discover; break;
        case State::requesting:
            message.requested = offer_->address.address;
            message.server = offer_->server;
            break;
        case State::renewing: send.to = lease_->server; [[fallthrough]];
        case State::bound:
        case State::rebinding: message.own = lease_->address.address; break;
    }
    if (tries_ == 0 && state_ == State::requesting) asked_ = now;
    return {.lost = false, .lease = {}, .send = send};
}

DhcpClient::Outcome DhcpClient::on_time(Time now)
{
    if (now < wake_) return {};
    if (lease_ && now >= time_of(lease_->valid)) return restart(now, true);
    if (state_ == State::bound) begin(State::renewing, now);
    if (state_ == State::renewing && now >= time_of(lease_->rebind)) begin(State::rebinding, now);
    if (state_ == State::requesting && tries_ == kMaxRequests) return restart(now, false);
    auto outcome = ask(now);
    if (lease_) {
        auto end = time_of(state_ == State::renewing ? lease_->rebind : lease_->valid);
        wake_ = std::min(end, now + std::max<Time>((end - now) / 2, kLeastBetween));
    } else {
        wake_ = now + patience();
    }
    ++tries_;
    return outcome;
}

DhcpClient::Outcome DhcpClient::take(const DhcpLease& lease, Time now)
{
    Outcome outcome{.lost = false, .lease = lease, .send = {}};
    lease_ = lease;
    offer_.reset();
    state_ = State::bound;
    wake_ = std::max(time_of(lease.renew), now + kLeastRest);
    return outcome;
}

DhcpClient::Outcome DhcpClient::on_answer(const DhcpAnswer& answer, Time now)
{
    if (answer.id != id_ || answer.mac != mac_ || state_ == State::bound) return {};
    if (state_ == State::selecting) {
        if (answer.type != DhcpType::offer || !answer.lease) return {};
        offer_ = answer.lease;
        begin(State::requesting, now);
        wake_ = now;
        return on_time(now);
    }
    if (state_ == State::requesting && answer.server != offer_->server) return {};
    if (answer.type == DhcpType::nak) {
        auto outcome = restart(now, lease_.has_value());
        wake_ = now + kAfterRefusal;
        return outcome;
    }
    if (answer.type != DhcpType::ack || !answer.lease) return {};
    // The time runs from the question that is answered, or an earlier one: never too late.
    if (lease_) asked_ = began_;
    return take(*answer.lease, now);
}

DhcpClient::Outcome DhcpClient::release()
{
    if (!lease_) return {};
    Outcome outcome{.lost = true, .lease = {}, .send = {}};
    outcome.send = Send{.message = {.type = DhcpType::release,
                                    .id = static_cast<std::uint32_t>(chance_()),
                                    .mac = mac_,
                                    .own = lease_->address.address,
                                    .server = lease_->server},
                        .to = lease_->server};
    lease_.reset();
    wake_ = kNever;
    return outcome;
}

}  // namespace onectx
