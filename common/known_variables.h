// Every context variable that has a meaning somewhere, and who reads it: one table for `lint`, for
// the documentation (a test compares them) and for whoever else asks. Other names are fine too:
// people hand values of their own to their scripts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace onectx {

enum class VariableReader {
    guest,    // the program in a Linux machine
    host,     // a directive for OpenNebula that needs no place in the machine
    windows,  // the agent of Windows guests
    router,   // the virtual router appliance
    nobody,   // read once, by older programs
};

struct KnownVariable {
    std::string_view name;  // a number is `x`, a second one `y`: "ETHx_ALIASy_IP"
    VariableReader reader;
    std::string_view instead = {};  // what took the place of an old name, if anything did
};

[[nodiscard]] std::span<const KnownVariable> known_variables();

// The entry of a name, upper case as in a context: "ETH10_ALIAS0_IP" is "ETHx_ALIASy_IP". Absent
// for a name that nobody knows.
[[nodiscard]] const KnownVariable* find_known_variable(std::string_view name);

// The known name that was probably meant, or what took the place of an old one, with the numbers of
// `name` in it; absent when `name` is known, or near nothing. Near is one slip (a letter too many,
// too few, wrong, or two swapped) in names of up to 7 letters, two in longer ones.
[[nodiscard]] std::optional<std::string> nearest_known_variable(std::string_view name);

// How many slips part two texts (the optimal string alignment distance).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace onectx
