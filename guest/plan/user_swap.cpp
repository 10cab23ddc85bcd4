// A file to swap to. How large it is where nobody says so follows from memory and room as it does
// with cloud-init: as much as there is memory, from 4 GiB on 4, from 16 GiB on its root; never more
// than a quarter of what is free and twice the memory, or than `largest` and nine tenths of it.
#include "guest/plan/user_data.h"

namespace onectx {
namespace {

// $1: the file, $2: its bytes or 0, $3: the most of them or 0. Sizes are in KiB in here. What
// cannot be finished is not there; btrfs swaps to files that are not copied on write only.
constexpr const char* kText = R"sh(set -e
[ ! -e "$1" ] || exit 0
mkdir -p "${1%/*}/"
size=$(($2 / 1024)) most=$(($3 / 1024))
if [ "$2" -eq 0 ]; then
    memory=$(awk '$1 == "MemTotal:" {print $2}' /proc/meminfo)
    free=$(df -Pk "${1%/*}/" | awk 'NR == 2 {print $4}')
    gib=$(((memory + 1048575) / 1048576)) size=0
    if [ "$memory" -lt 4194304 ]; then size=$memory
    elif [ "$memory" -lt 16777216 ]; then size=4194304
    else while [ $((size * (size + 1))) -lt "$gib" ]; do size=$((size + 1)); done; size=$((size * 1048576))
    fi
    if [ "$most" -eq 0 ]; then
        most=$((free / 4))
        [ "$most" -le $((memory * 2)) ] || most=$((memory * 2))
    fi
    [ "$most" -le $((free / 10 * 9)) ] || most=$((free / 10 * 9))
    [ "$size" -le "$most" ] || size=$most
fi
size=$((size / 1024))
free=$(df -Pk "${1%/*}/" | awk 'NR == 2 {print $4}')
[ "$size" -gt 0 ] && [ $((size * 1024)) -lt "$free" ] || { echo 'there is no room for it' >&2; exit 1; }
part=$1.onectx
trap 'rm -f "$part"' EXIT
trap 'exit 1' HUP INT TERM
umask 077
rm -f "$part"
(set -C; : >"$part")
chattr +C "$part" 2>/dev/null || :
fallocate -l "${size}M" "$part" 2>/dev/null || dd if=/dev/zero of="$part" bs=1M count="$size"
mkswap "$part"
mv "$part" "$1"
)sh";

}  // namespace

RunScript swap_file_run(const SwapFileWish& wish, std::string name)
{
    constexpr unsigned kLongest = 1800;  // seconds; a slow disk may be written as a whole
    return {.name = std::move(name),
            .place = ScriptPlace::machine,
            .file = "/bin/sh",
            .arguments = {"-c", kText, "swap", wish.path, std::to_string(wish.size),
                          std::to_string(wish.largest)},
            .limit_seconds = kLongest};
}

}  // namespace onectx
