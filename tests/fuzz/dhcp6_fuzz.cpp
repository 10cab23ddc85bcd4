// Fuzzes what a DHCPv6 client reads from the wire, and what it makes of it in each of its states.
// What comes out can stand in any file: the record reads back as it was written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "guest/model/dhcp6_client.h"
#include "guest/model/dhcp_record.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

using std::chrono::seconds;

const Dhcp6Identity kWhom = dhcp6_identity(Mac{{2, 0, 10, 0, 0, 2}}, {});

void check_lease(const Dhcp6Lease& lease)
{
    require(lease.renew <= lease.rebind && lease.rebind <= lease.valid);
    require(lease.preferred <= lease.valid && lease.valid > seconds(0));
    require(!lease.server.empty());
    const auto record = record_of({.device = "eth0", .ipv6 = true}, lease);
    require(parse_dhcp_record(to_text(record)) == record);
}

// The same answer to each question that comes of it.
void check_states(Dhcp6Answer answer)
{
    constexpr int kQuestions = 16;
    Dhcp6Client client(kWhom, 1);
    (void)client.on_link(true, AddressState::absent, Dhcp6Client::Time(0));
    for (int questions = 0; questions < kQuestions; ++questions) {
        const auto now = client.wake();
        if (now == Dhcp6Client::Time::max()) return;
        auto outcome = client.on_time(now);
        require(client.wake() >= now);
        if (!outcome.send) continue;
        require(outcome.send->id <= 0xFFFFFF);
        answer.id = outcome.send->id;
        outcome = client.on_answer(answer, now);
        require(outcome.lease == (outcome.lease ? client.lease() : std::nullopt));
        require(client.wake() >= now);
    }
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto answer = onectx::parse_dhcp6_answer(bytes, onectx::kWhom);
    if (!answer) return 0;
    onectx::require(answer->id <= 0xFFFFFF);
    if (answer->lease) onectx::check_lease(*answer->lease);
    onectx::check_states(*answer);
    return 0;
}
