# shellcheck shell=bash
# What the programs in this folder share: where things are, and one way to stop with a message.
# Sourced after `set -euo pipefail`. The build's programs come from ONECTX_BIN, everything that is
# downloaded or made for a boot goes below ONECTX_CACHE; nothing is installed on this machine.

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$vm_dir/../.." && pwd)
: "${ONECTX_BIN:=$source_dir/build/bin}"
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

need() { # need PROGRAM...: each one is there, or the message says which is not
    local program
    for program; do
        command -v "$program" >/dev/null || die "$program is not installed"
    done
}
