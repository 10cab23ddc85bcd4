// What the planner knows of the machine: plain values, gathered once by guest/system/facts.
// A salt, a key and the date are facts too, so that planning stays a pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/secret.h"
#include "guest/model/dhcp_wish.h"
#include "guest/model/kernel_network.h"
#include "guest/model/storage.h"

namespace onectx {

struct OsRelease {  // os-release(5); empty where the machine does not say
    std::string id;
    std::string version;
    std::vector<std::string> id_like;
};

enum class Init { unknown, systemd, openrc, sysv };

struct NetworkDevice {
    std::string name;
    Mac mac;                           // the one in use
    std::optional<Mac> permanent_mac;  // the one burnt in, where the driver tells it
    std::string
        bus;  // "pci", "virtio", …; empty for a device without a parent (bridge, veth, bond)
    std::string driver;
    std::string pci_address;  // of the PCI device it stands on: "0000:01:00.0"; empty without one
    bool initialized = true;  // false: udev has not finished naming it
};

// A block device that carries a swap signature, or none at all.
struct SwapCandidate {
    std::string device;          // "/dev/vdb"
    bool whole_disk = false;     // no partition, LV, dm, md, loop, ram, zram or nbd
    bool has_signature = false;  // SWAPSPACE2 with a page size that is this kernel's
    std::string label;           // of the swap signature
    std::string uuid;
    std::uint64_t page_size = 0;  // of the signature
    bool hibernated = false;      // S1SUSPEND and its kin: holds a memory image
    bool active = false;          // listed in /proc/swaps
};

// What DNS says of the machine's first address; asked only where a name is to be made of it.
struct AddressName {
    std::string name;     // empty: there is none
    std::string failure;  // why

    bool operator==(const AddressName&) const = default;
};

struct Facts {
    OsRelease os;
    Init init = Init::unknown;
    bool offline = false;  // the root is not "/": no kernel state is known or touched
    bool root_writable = true;
    bool container = false;  // LXC and its like: no consoles, no disks, the host's kernel
    bool privileged = true;  // may give files to others (chown); without it owners stay as they are
    std::string kernel_hostname;  // empty when offline
    std::vector<NetworkDevice> nics;
    std::optional<KernelNetwork> network;  // absent when offline, or when the kernel does not tell
    std::optional<AddressName> address_name;
    std::vector<DhcpWish> dhcp_clients;  // those of ours that run
    std::vector<SwapCandidate> swaps;
    std::uint64_t page_size = 4096;
    Storage storage;  // empty when offline

    std::int64_t days_since_epoch = 0;  // shadow(5) counts in days
    std::string password_salt_bytes;    // 16 fresh random bytes
    Secret fresh_state_key;  // 32 fresh random bytes, used when the machine has no key yet
};

[[nodiscard]] std::string_view to_text(Init init);

}  // namespace onectx
