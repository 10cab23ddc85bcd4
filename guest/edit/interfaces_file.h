// The text of interfaces(5), which several programs read (ifupdown, ifupdown2, ifupdown-ng,
// busybox) and people edit. What is ours stands in one block between two marker lines; stanzas of
// devices that we configure and that stand elsewhere are put out of action by a prefix that can be
// taken off again. Every other byte stays.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guest/edit/lines.h"
#include "guest/edit/managed_block.h"

namespace onectx {

inline constexpr BlockMarkers kInterfacesMarkers{"# BEGIN onectx", "# END onectx"};

// The families of a device whose stanzas elsewhere must not count. One without a family (as
// ifupdown-ng and ifupdown2 have them) goes with either.
struct TakenDevice {
    bool inet = false;
    bool inet6 = false;
};

using TakenDevices = std::map<std::string, TakenDevice, std::less<>>;

// What the text says outside our block, disabled stanzas taken as they were written.
struct ForeignInterfaces {
    std::set<std::string, std::less<>> automatic;  // named by `auto`; twice is an error in busybox
    std::set<std::string, std::less<>> defined;    // named by `iface`
    std::vector<std::string> sources;              // patterns of `source`
    std::vector<std::string> source_directories;   // of `source-directory`
};

[[nodiscard]] ForeignInterfaces read_interfaces(std::string_view text);

// Our block in the text as the lines of each device, by the names on its `auto` and `iface` lines.
[[nodiscard]] std::map<std::string, std::string> own_stanzas(std::string_view text);

// The text with the stanzas of the taken devices disabled, all others enabled, and the block made
// of these lines; no lines: no block. The same again changes nothing, and with nothing taken and no
// lines the text is what it was before us (but for a missing newline at its end).
[[nodiscard]] std::string edit_interfaces(std::string_view text, const TakenDevices& taken,
                                          const std::vector<std::string>& block);

}  // namespace onectx
