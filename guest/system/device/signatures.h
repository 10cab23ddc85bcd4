// What file systems (and their like) a device says it carries, by libblkid's low-level probe: the
// device itself is read, never a cache, a symbolic link or udev's data base.
// Promises every signature, so that a stale one beside a live one is seen. Refuses nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"

namespace onectx {

struct Signature {
    std::string type;   // "iso9660", "ext4", "swap", "swsuspend", …
    std::string label;  // empty where there is none; so are the next two
    std::string uuid;
    std::string magic;               // "SWAPSPACE2"
    std::uint64_t magic_offset = 0;  // bytes from the start of the device
};

// `device` is open for reading. Error::code is the errno value: ENOMEDIUM for a drive that is empty
// or whose medium has no size (yet). The message is the system's own words.
// `only`, unless empty, names the one type to look for: a bad sector where another type would have
// its signature then does not matter.
[[nodiscard]] Result<std::vector<Signature>> probe_signatures(int device,
                                                              const std::string& only = {});

}  // namespace onectx
