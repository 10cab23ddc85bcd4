// What a file tree says of the system in it: distribution, init system, who has a home.
// Pure: sees the tree through a FileReader, so it is the same for an image and a running machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "guest/model/facts.h"
#include "guest/model/reader.h"

namespace onectx {

// os-release(5) in /etc, else in /usr/lib; empty fields where there is none.
[[nodiscard]] OsRelease find_os_release(const FileReader& tree);

// Of a running system: what runs (sd_booted(3): /run/systemd/system). Of an image: what /sbin/init
// will be.
// Whether a container's manager says so: in /run/systemd/container (systemd, LXC with it) or in the
// environment of process 1 (LXC; https://systemd.io/CONTAINER_INTERFACE). Not known of an image.
[[nodiscard]] bool is_container(const FileReader& tree, bool offline);

[[nodiscard]] Init find_init(const FileReader& tree, bool offline);

// The accounts for people (user id 0 or at least 1000, without "nobody") whose home is there, in
// the order of /etc/passwd.
[[nodiscard]] std::vector<std::string> users_with_home(const FileReader& tree);

}  // namespace onectx
