// The files by which startpar(8) starts the scripts of SysV init at once, /etc/init.d/.depend.boot
// and .depend.start: a line of TARGETS, and for a script the scripts that it waits for. insserv(8)
// makes them anew whenever it is run; where it cannot be run, a script that they do not name is not
// started at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onectx {

struct BootScript {
    std::string name;
    std::vector<std::string> after;   // of these it waits for those that are there
    std::vector<std::string> before;  // of these those that are there wait for it
};

// The text with the script in it; one that is there already is insserv's business.
[[nodiscard]] std::string with_boot_script(std::string_view text, const BootScript& script);

// The text without the script; nobody waits for it any more.
[[nodiscard]] std::string without_boot_script(std::string_view text, std::string_view name);

}  // namespace onectx
