// Rules on the capacity of a machine: what OpenNebula refuses when it is created (reference 1.1).
#include <algorithm>
#include <string>

#include "common/text.h"
#include "host/lint/rules.h"
#include "host/template_lookup.h"
#include "host/vm_devices.h"

namespace onectx::lint {
namespace {

constexpr std::size_t kMaxNameCharacters = 128;
constexpr std::uint64_t kMaxCapacity = 1ULL << 32U;  // MiB or processors; more is a slip

std::optional<std::string_view> value_of(const Attribute* attribute)
{
    if (!attribute) return std::nullopt;
    auto value = trim(std::get<std::string>(attribute->value));
    if (value.empty()) return std::nullopt;
    return value;
}

// "2", "0.5", ".5": digits with at most one point, and not all of them zeros.
bool is_positive_decimal(std::string_view text)
{
    auto point = text.find('.');
    auto is_digits = [](std::string_view part) {
        return std::all_of(part.begin(), part.end(), [](char c) { return is_digit(c); });
    };
    auto whole = text.substr(0, point);
    auto fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
    return is_digits(whole) && is_digits(fraction) &&
           text.find_first_of("123456789") != std::string_view::npos;
}

std::size_t characters_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

void check_whole_number(const Subject& subject, std::string_view name, std::string_view unit,
                        Report& report)
{
    const auto* attribute = find_single(*subject.parsed, name);
    auto value = value_of(attribute);
    if (!value || parse_number(*value, 1, kMaxCapacity)) return;
    report.add(attribute->place,
               std::string(name) + ' ' + shown(*value) + " is no positive whole number",
               "write a number of " + std::string(unit) + ", without a unit");
}

}  // namespace

void check_name(const Subject& subject, Report& report)
{
    constexpr std::string_view kRefused = "&|:\\\";/'#{}$<>\t\n\v\f\r";
    const auto* attribute = find_single(*subject.parsed, "NAME");
    auto name = value_of(attribute);
    if (!name) return;
    if (characters_of(*name) > kMaxNameCharacters) {
        report.add(attribute->place,
                   "NAME has more than " + std::to_string(kMaxNameCharacters) + " characters",
                   "shorten it");
    }
    auto bad = name->find_first_of(kRefused);
    if (bad == std::string_view::npos) return;
    report.add(attribute->place,
               "NAME holds " + shown(name->substr(bad, 1)) + ", which OpenNebula refuses in a name",
               "use letters, digits, blanks and - _ .");
}

void check_memory(const Subject& subject, Report& report)
{
    check_whole_number(subject, "MEMORY", "MiB", report);
}

void check_vcpu(const Subject& subject, Report& report)
{
    check_whole_number(subject, "VCPU", "processors", report);
}

void check_cpu(const Subject& subject, Report& report)
{
    const auto* attribute = find_single(*subject.parsed, "CPU");
    auto value = value_of(attribute);
    if (!value || is_positive_decimal(*value)) return;
    report.add(attribute->place, "CPU " + shown(*value) + " is no positive number",
               "write the share of processors as a decimal: 1, 0.5");
}

void check_capacity_missing(const Subject& subject, Report& report)
{
    const auto* cpu = find_single(*subject.parsed, "CPU");
    const auto* memory = find_single(*subject.parsed, "MEMORY");
    bool has_machine = cpu || memory || !subject.disks.empty();
    if (!has_machine) return;
    for (std::string_view name : {"CPU", "MEMORY"}) {
        if (value_of(name == "CPU" ? cpu : memory)) continue;
        report.add(Diagnostic{{},
                              "there is no " + std::string(name) +
                                  ": OpenNebula makes no machine of this template",
                              ""},
                   "add CPU = 1 and MEMORY = 512, or whatever the machine needs");
    }
}

void check_graphics_port(const Subject& subject, Report& report)
{
    constexpr std::uint64_t kFirstVncPort = 5900, kLastPort = 65535;
    for (const auto* graphics : vectors_named(*subject.parsed, "GRAPHICS")) {
        const auto* port = find_item(*graphics, "PORT");
        auto value = port ? fixed_value(*port) : std::nullopt;
        if (!value || parse_number(*value, kFirstVncPort, kLastPort)) continue;
        report.add(port->place,
                   "PORT " + shown(*value) + ": the first display has port " +
                       std::to_string(kFirstVncPort),
                   "leave PORT out; OpenNebula takes " + std::to_string(kFirstVncPort) +
                       " and the number of the machine");
    }
}

}  // namespace onectx::lint
