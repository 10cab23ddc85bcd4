// What user data wants besides what variables of a context want too: files, scripts and the like,
// once for a machine and a text of the user data (cloud-init's per-instance modules).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/secret.h"

namespace onectx {

// Where a file's content comes from, over the network.
struct WebSource {
    std::string url;                                      // http or https
    std::vector<std::pair<std::string, Secret>> headers;  // sent with the request
};

// A file of write_files.
struct FileWish {
    std::string path;  // absolute, without "." and ".."
    std::string content;
    std::optional<unsigned> mode;     // what is not said is 0644 of root, or as it is when the file
    std::optional<std::string> user;  // is added to. A name or a number, as the group is.
    std::optional<std::string> group;
    std::optional<WebSource> source;  // then `content` is what is there without an answer,
    bool has_content = false;         // where it is given
    bool append = false;              // to what the file holds
    bool defer = false;               // once packages are installed
    std::string where;                // "3:5: write_files[1]", for messages
};

// A script that stands in the user data.
struct UserScript {
    std::string name;  // of its step: "user-data-runcmd", "user-data-script-1"
    Secret text;
};

// A package that the distribution's manager is to install.
struct PackageWish {
    std::string name;
    std::string version;  // empty: the newest
};

// Servers and pools of the clock; both empty: those of the distribution.
struct NtpWish {
    std::string client;  // as cloud-init calls it; empty: the one that is there, or else chrony
    std::vector<std::string> servers;
    std::vector<std::string> pools;
    std::string where;
};

// A line of fstab(5); no field holds a blank, as fstab has them.
struct FstabWish {
    std::string source;
    std::string target;  // "none" for swap
    std::string type;
    std::string options;
    std::string dump;
    std::string pass;

    bool operator==(const FstabWish&) const = default;
};

// A file to swap to, made when it is not there.
struct SwapFileWish {
    std::string path;           // absolute, without "." and ".."
    std::uint64_t size = 0;     // bytes; 0: as much as fits the memory and the room there is
    std::uint64_t largest = 0;  // for that; 0: what there is says
};

struct UserDataWish {
    std::vector<FileWish> files;
    std::vector<FstabWish> mounts;
    std::optional<SwapFileWish> swap;
    std::optional<bool> password_logins;  // whether sshd lets somebody in by a password
    bool root_logins = false;             // that sshd lets root in by his keys
    std::optional<NtpWish> ntp;
    std::vector<PackageWish> packages;
    bool update_packages = false;
    bool upgrade_packages = false;
    std::vector<UserScript> boot_scripts;  // bootcmd: before the network, in every boot
    std::vector<UserScript> scripts;       // runcmd and parts that are scripts, in order
};

}  // namespace onectx
