// What a reference in a CONTEXT section stands for, looked up in the records of a machine, its
// owner, its networks and its images (reference 1.3). Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/records.h"
#include "host/substitute.h"
#include "host/template.h"

namespace onectx {

struct Records {
    Record vm;
    bool is_machine = false;  // there is a machine, with numbers and addresses; not only a template
    std::optional<Record> user{};
    std::vector<Record> networks{};
    std::vector<Record> images{};
};

// The record with the IDs or else the names: an ID that both sides have decides. nullptr: none.
[[nodiscard]] const Record* find_record(const std::vector<Record>& records, std::string_view id,
                                        std::string_view name);

// The network of a NIC, and its address range; nullptr when there is no record of it.
[[nodiscard]] const Record* find_network(const std::vector<Record>& networks,
                                         const TemplateVector& nic);
[[nodiscard]] const TemplateVector* find_range(const Record& network, const TemplateVector& nic);

// What a network says: its range first (which may be nullptr), then its template. nullptr: nothing.
[[nodiscard]] const std::string* find_network_value(const Record& network,
                                                    const TemplateVector* range,
                                                    std::string_view attribute);

// Looks up references. The records must outlive it; the devices of the machine are numbered.
class RecordResolver {
  public:
    // compat: $NETWORK[...] knows only NICs whose address came from a range, as OpenNebula does.
    RecordResolver(const Records& records, bool compat);

    std::optional<std::string> operator()(const Reference& reference) const;

  private:
    using Vectors = std::vector<const TemplateVector*>;

    [[nodiscard]] std::optional<std::string> resolve_single(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> resolve_vector(const Reference& reference) const;
    [[nodiscard]] std::optional<std::string> resolve_network(const Reference& reference) const;
    [[nodiscard]] std::optional<std::string> resolve_image(const Reference& reference) const;
    [[nodiscard]] std::optional<std::string> resolve_user(const Reference& reference) const;
    [[nodiscard]] const TemplateVector* find_vector(std::string_view name,
                                                    const Reference& reference) const;

    const Records& records_;
    bool compat_;
    std::map<std::string_view, Vectors> vectors_;
    std::map<std::string_view, const std::string*> singles_;
};

}  // namespace onectx
