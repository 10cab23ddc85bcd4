// See network_samples.h.
#include "tests/support/network_samples.h"

#include "guest/model/network_settings.h"

namespace onectx::test {

Network network_of_values(const ContextValues& values)
{
    Context context;
    for (const auto& [name, text] : values)
        context[name] = {text};
    std::vector<Problem> problems;
    auto network = make_network(context, Policy{}, problems).value_or(Network{});
    for (auto& nic : network.nics)
        nic.device = "eth" + std::to_string(nic.id);
    return network;
}

Network network_of_nic(const ContextValues& values)
{
    ContextValues all{{"ETH0_MAC", "02:00:0a:00:00:02"}};
    for (const auto& [name, text] : values)
        all.emplace_back("ETH0_" + name, text);
    return network_of_values(all);
}

}  // namespace onectx::test
