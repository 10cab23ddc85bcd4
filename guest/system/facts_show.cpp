// See facts_show.h.
#include "guest/system/facts_show.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "common/text.h"

namespace onectx {
namespace {

using Json = nlohmann::ordered_json;

// "name: value", or "name: -" where there is nothing to say.
std::string line(std::string_view name, std::string_view value)
{
    std::string text(name);
    text.resize(10, ' ');
    return text + (value.empty() ? "-" : printable(value)) + "\n";
}

std::string words(const NetworkDevice& nic)
{
    auto text = nic.name + " " + to_text(nic.mac);
    if (!nic.bus.empty()) text += " " + nic.bus;
    if (!nic.driver.empty()) text += " " + nic.driver;
    return text;
}

std::string words(const SwapCandidate& swap)
{
    auto text = swap.device;
    if (!swap.label.empty()) text += " label " + swap.label;
    if (swap.hibernated) text += " (holds a suspended system)";
    if (swap.active) text += " active";
    return text;
}

}  // namespace

std::string facts_json(const Facts& facts, const std::vector<std::string>& backends,
                       const std::vector<std::string>& users)
{
    auto nics = Json::array();
    for (const auto& nic : facts.nics)
        nics.push_back({{"name", nic.name},
                        {"mac", to_text(nic.mac)},
                        {"bus", nic.bus},
                        {"driver", nic.driver}});
    auto swaps = Json::array();
    for (const auto& swap : facts.swaps)
        swaps.push_back({{"device", swap.device},
                         {"label", swap.label},
                         {"uuid", swap.uuid},
                         {"active", swap.active}});
    const Json json{
        {"os", {{"id", facts.os.id}, {"version", facts.os.version}, {"id_like", facts.os.id_like}}},
        {"init", to_text(facts.init)},
        {"root_writable", facts.root_writable},
        {"nics", std::move(nics)},
        {"backends", backends},
        {"swaps", std::move(swaps)},
        {"users", users}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string facts_text(const Facts& facts, const std::vector<std::string>& backends,
                       const std::vector<std::string>& users)
{
    auto text = line("os", std::string(trim(facts.os.id + " " + facts.os.version)));
    text += line("init", to_text(facts.init));
    text += line("root", facts.root_writable ? "writable" : "read-only");
    for (const auto& nic : facts.nics)
        text += line("nic", words(nic));
    text += line("backends", join(backends, ", "));
    for (const auto& swap : facts.swaps)
        text += line("swap", words(swap));
    return text + line("users", join(users, ", "));
}

}  // namespace onectx
