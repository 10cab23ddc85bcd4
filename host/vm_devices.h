// The devices of a machine by number. OpenNebula writes NIC_ID, DISK_ID and their like into a
// machine when it makes it; a template that no machine was made of yet gets the same numbers here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/template.h"

namespace onectx {

// The value of a key, nullptr when the vector has none; an empty value is one.
[[nodiscard]] const std::string* find_value(const TemplateVector& vector, std::string_view key);

// The same, where empty is absence and is given as "".
[[nodiscard]] std::string_view value_or_empty(const TemplateVector& vector, std::string_view key);

// The vectors of a name, in order.
[[nodiscard]] std::vector<const TemplateVector*> vectors_named(const Template& parsed,
                                                               std::string_view name);

// Fills in what is missing (reference 1.4): NIC_ID counts NICs, then PCI devices of type NIC, then
// aliases; PCI_ID and DISK_ID count devices; an alias gets the PARENT_ID of the NIC that its PARENT
// names (NIC<NIC_ID> when that one has no NAME), and ALIAS_ID counts the aliases of one parent.
void number_devices(Template& vm);

// The same for the address ranges of a network: AR_ID.
void number_ranges(std::vector<TemplateVector>& ranges);

}  // namespace onectx
