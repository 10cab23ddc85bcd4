# shellcheck shell=bash
# What the programs in this folder share: where things are, and one way to stop with a message.
# Sourced after `set -euo pipefail`. The build's programs come from ONECTX_BIN, its packages from ONECTX_PACKAGES,
# everything that is downloaded or made for a boot goes below ONECTX_CACHE; nothing is installed on this machine.

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$vm_dir/../.." && pwd)
: "${ONECTX_BIN:=$source_dir/build/bin}"
: "${ONECTX_PACKAGES:=$source_dir/build/package}"
: "${ONECTX_CACHE:=$source_dir/build/cache}"
export ONECTX_BIN ONECTX_CACHE

# Where dpkg and Debian's users have their programs.
PATH=$PATH:/usr/sbin:/sbin

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

insert_command() { # insert_command FILE: to QEMU, which puts this medium into the drive that is called tray
    printf '{"execute":"blockdev-change-medium","arguments":{"id":"tray","filename":"%s","format":"raw","force":true}}' "$1"
}

guest_package() { # prints where the guest's package for this machine's Debian is
    local package
    package=$(compgen -G "$ONECTX_PACKAGES/onectx-guest_*_$(dpkg --print-architecture).deb") ||
        die "$ONECTX_PACKAGES has no package of the guest (./dev package)"
    printf '%s\n' "$package"
}

need() { # need PROGRAM...: each one is there, or the message says which is not
    local program
    for program; do
        command -v "$program" >/dev/null || die "$program is not installed"
    done
}
