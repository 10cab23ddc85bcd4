// Fuzzes what a DHCP client reads from the wire: a packet, the message in it, the record that its
// lease becomes. What comes out can stand in any file: the record reads back as it was written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "guest/model/dhcp_record.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

void check_message(std::string_view octets)
{
    const auto answer = parse_dhcp_answer(octets);
    if (!answer || !answer->lease) return;
    const auto& lease = *answer->lease;
    require(lease.renew <= lease.rebind && lease.rebind <= lease.valid);
    require(lease.address.prefix <= 32);
    for (const auto& route : lease.routes)
        require(route.destination.length <= 32 &&
                network_of(std::get<Ipv4>(route.destination.address), route.destination.length) ==
                    std::get<Ipv4>(route.destination.address));
    const auto record = record_of({.device = "eth0"}, lease);
    require(parse_dhcp_record(to_text(record)) == record);
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (auto payload = onectx::payload_of(bytes)) onectx::check_message(*payload);
    onectx::check_message(bytes);
    static_cast<void>(onectx::parse_dhcp_record(bytes));
    return 0;
}
