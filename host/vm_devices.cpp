// See vm_devices.h.
#include "host/vm_devices.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "common/text.h"

namespace onectx {
namespace {

bool is_nic(const TemplateVector& pci)
{
    return equals_ignoring_case(value_or_empty(pci, "TYPE"), "NIC");
}

std::vector<TemplateVector*> vectors_to_number(Template& parsed, std::string_view name)
{
    std::vector<TemplateVector*> found;
    for (auto& attribute : parsed.attributes) {
        auto* vector = std::get_if<TemplateVector>(&attribute.value);
        if (vector && attribute.name == name) found.push_back(vector);
    }
    return found;
}

void set_if_missing(TemplateVector& vector, std::string_view key, const std::string& value)
{
    auto item = std::find_if(vector.begin(), vector.end(),
                             [&](const TemplateItem& one) { return one.key == key; });
    if (item == vector.end())
        vector.push_back({std::string(key), value, {}});
    else if (item->value.empty())
        item->value = value;
}

// A device that has a number keeps it; the next one without gets the number after it.
class Counter {
  public:
    void number(TemplateVector& vector, std::string_view key)
    {
        set_if_missing(vector, key, std::to_string(next_));
        auto given =
            parse_number(value_or_empty(vector, key), 0, std::numeric_limits<std::uint32_t>::max());
        next_ = std::max(next_, given.value_or(0) + 1);
    }

  private:
    std::uint64_t next_ = 0;
};

std::map<std::string, std::string, std::less<>> nic_ids_by_name(
    const std::vector<TemplateVector*>& nics)
{
    std::map<std::string, std::string, std::less<>> ids;
    for (const auto* nic : nics) {
        std::string id(value_or_empty(*nic, "NIC_ID"));
        std::string name(value_or_empty(*nic, "NAME"));
        ids.emplace(name.empty() ? "NIC" + id : name, id);
    }
    return ids;
}

void number_aliases(const std::vector<TemplateVector*>& aliases,
                    const std::vector<TemplateVector*>& nics, Counter& nic_ids)
{
    auto parents = nic_ids_by_name(nics);
    std::map<std::string, Counter, std::less<>> alias_ids;
    for (auto* alias : aliases) {
        nic_ids.number(*alias, "NIC_ID");
        auto parent = parents.find(value_or_empty(*alias, "PARENT"));
        if (parent != parents.end()) set_if_missing(*alias, "PARENT_ID", parent->second);
        auto parent_id = value_or_empty(*alias, "PARENT_ID");
        if (!parent_id.empty()) alias_ids[std::string(parent_id)].number(*alias, "ALIAS_ID");
    }
}

}  // namespace

const std::string* find_value(const TemplateVector& vector, std::string_view key)
{
    auto item = std::find_if(vector.begin(), vector.end(),
                             [&](const TemplateItem& one) { return one.key == key; });
    return item == vector.end() ? nullptr : &item->value;
}

std::string_view value_or_empty(const TemplateVector& vector, std::string_view key)
{
    const auto* value = find_value(vector, key);
    return value ? std::string_view(*value) : "";
}

std::vector<const TemplateVector*> vectors_named(const Template& parsed, std::string_view name)
{
    std::vector<const TemplateVector*> found;
    for (const auto& attribute : parsed.attributes) {
        const auto* vector = std::get_if<TemplateVector>(&attribute.value);
        if (vector && attribute.name == name) found.push_back(vector);
    }
    return found;
}

void number_devices(Template& vm)
{
    auto nics = vectors_to_number(vm, "NIC");
    auto pcis = vectors_to_number(vm, "PCI");
    Counter nic_ids;
    for (auto* nic : nics)
        nic_ids.number(*nic, "NIC_ID");
    Counter pci_ids;
    for (auto* pci : pcis) {
        pci_ids.number(*pci, "PCI_ID");
        if (is_nic(*pci)) nic_ids.number(*pci, "NIC_ID");
    }
    number_aliases(vectors_to_number(vm, "NIC_ALIAS"), nics, nic_ids);
    Counter disk_ids;
    for (auto* disk : vectors_to_number(vm, "DISK"))
        disk_ids.number(*disk, "DISK_ID");
}

void number_ranges(std::vector<TemplateVector>& ranges)
{
    Counter ids;
    for (auto& range : ranges)
        ids.number(range, "AR_ID");
}

}  // namespace onectx
