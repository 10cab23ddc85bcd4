// See references.h.
#include "host/references.h"

#include <algorithm>
#include <array>

#include "common/base64.h"
#include "host/vm_devices.h"

namespace onectx {
namespace {

std::optional<std::string> copy_of(const std::string* value)
{
    if (!value) return std::nullopt;
    return *value;
}

// The whole record, which only an XML document gives as OpenNebula would write it.
std::optional<std::string> encoded(const std::string& xml)
{
    if (xml.empty()) return std::nullopt;
    return encode_base64(xml);
}

}  // namespace

const Record* find_record(const std::vector<Record>& records, std::string_view id,
                          std::string_view name)
{
    auto found = std::find_if(records.begin(), records.end(), [&](const Record& record) {
        if (!id.empty() && record.id) return *record.id == id;
        return !name.empty() && record.name == name;
    });
    return found == records.end() ? nullptr : &*found;
}

const Record* find_network(const std::vector<Record>& networks, const TemplateVector& nic)
{
    return find_record(networks, value_or_empty(nic, "NETWORK_ID"), value_or_empty(nic, "NETWORK"));
}

const TemplateVector* find_range(const Record& network, const TemplateVector& nic)
{
    auto id = value_or_empty(nic, "AR_ID");
    if (id.empty()) return nullptr;
    auto found = std::find_if(
        network.address_ranges.begin(), network.address_ranges.end(),
        [&](const TemplateVector& range) { return value_or_empty(range, "AR_ID") == id; });
    return found == network.address_ranges.end() ? nullptr : &*found;
}

const std::string* find_network_value(const Record& network, const TemplateVector* range,
                                      std::string_view attribute)
{
    const auto* value = range ? find_value(*range, attribute) : nullptr;
    return value && !value->empty() ? value : find_value(network.attributes, attribute);
}

RecordResolver::RecordResolver(const Records& records, bool compat)
    : records_(records), compat_(compat)
{
    for (const auto& attribute : records.vm.attributes.attributes) {
        if (const auto* vector = std::get_if<TemplateVector>(&attribute.value))
            vectors_[attribute.name].push_back(vector);
        else
            singles_.emplace(attribute.name, &std::get<std::string>(attribute.value));
    }
    for (const auto& attribute : records.vm.user_attributes.attributes) {
        if (const auto* value = std::get_if<std::string>(&attribute.value))
            singles_.emplace(attribute.name, value);
    }
}

std::optional<std::string> RecordResolver::operator()(const Reference& reference) const
{
    if (!reference.is_vector()) return resolve_single(reference.name);
    if (reference.name == "NETWORK") return resolve_network(reference);
    if (reference.name == "IMAGE") return resolve_image(reference);
    if (reference.name == "USER") return resolve_user(reference);
    return resolve_vector(reference);
}

std::optional<std::string> RecordResolver::resolve_single(std::string_view name) const
{
    const auto& vm = records_.vm;
    if (name == "TEMPLATE") return encoded(vm.xml);
    const std::array<std::pair<std::string_view, const std::optional<std::string>*>, 6> own{{
        {"VMID", &vm.id},
        {"NAME", &vm.name},
        {"UID", &vm.uid},
        {"UNAME", &vm.uname},
        {"GID", &vm.gid},
        {"GNAME", &vm.gname},
    }};
    for (const auto& [field, value] : own) {
        if (field == name && *value) return *value;
    }
    auto found = singles_.find(name);
    return found == singles_.end() ? std::nullopt : copy_of(found->second);
}

std::optional<std::string> RecordResolver::resolve_vector(const Reference& reference) const
{
    const auto* vector = find_vector(reference.name, reference);
    return vector ? copy_of(find_value(*vector, reference.attribute)) : std::nullopt;
}

std::optional<std::string> RecordResolver::resolve_network(const Reference& reference) const
{
    constexpr std::array<std::string_view, 3> kSelectors{"NETWORK", "NETWORK_ID", "NIC_ID"};
    if (std::find(kSelectors.begin(), kSelectors.end(), reference.selector) == kSelectors.end())
        return std::nullopt;
    const auto* nic = find_vector("NIC_ALIAS", reference);
    if (!nic) nic = find_vector("NIC", reference);
    const auto* network = nic ? find_network(records_.networks, *nic) : nullptr;
    if (!network || (compat_ && !find_range(*network, *nic))) return std::nullopt;
    if (reference.attribute == "TEMPLATE") return encoded(network->xml);
    return copy_of(find_network_value(*network, find_range(*network, *nic), reference.attribute));
}

std::optional<std::string> RecordResolver::resolve_image(const Reference& reference) const
{
    if (reference.selector != "IMAGE" && reference.selector != "IMAGE_ID") return std::nullopt;
    const auto* disk = find_vector("DISK", reference);
    if (!disk) return std::nullopt;
    const auto* image = find_record(records_.images, value_or_empty(*disk, "IMAGE_ID"),
                                    value_or_empty(*disk, "IMAGE"));
    if (!image) return std::nullopt;
    if (reference.attribute == "TEMPLATE") return encoded(image->xml);
    return copy_of(find_value(image->attributes, reference.attribute));
}

std::optional<std::string> RecordResolver::resolve_user(const Reference& reference) const
{
    if (!records_.user || !reference.selector.empty()) return std::nullopt;
    if (reference.attribute == "TEMPLATE") return encoded(records_.user->xml);
    return copy_of(find_value(records_.user->attributes, reference.attribute));
}

const TemplateVector* RecordResolver::find_vector(std::string_view name,
                                                  const Reference& reference) const
{
    auto found = vectors_.find(name);
    if (found == vectors_.end()) return nullptr;
    const auto& vectors = found->second;
    if (reference.selector.empty()) return vectors.empty() ? nullptr : vectors.front();
    auto match = std::find_if(vectors.begin(), vectors.end(), [&](const TemplateVector* vector) {
        const auto* value = find_value(*vector, reference.selector);
        return value && *value == reference.selected;
    });
    return match == vectors.end() ? nullptr : *match;
}

}  // namespace onectx
