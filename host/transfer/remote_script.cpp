// See remote_script.h.
#include "host/transfer/remote_script.h"

#include "common/shell_vars.h"

namespace onectx {
namespace {

// One line for any login shell, and no single quote, because it is quoted with them. $1 the target,
// $2 its folder, $3 the bytes, $4 whether the image is private. blkdiscard wants whole blocks of
// the device and is not everywhere; dd can do without.
constexpr std::string_view kScript =
    "set -eu; export LC_ALL=C PATH=\"$PATH:/usr/sbin:/sbin\"; "
    "fail() { echo \"$1\" >&2; exit 1; }; "
    "mkdir -p -- \"$2\"; "
    "if [ -b \"$1\" ]; then "
    "  size=$(blockdev --getsize64 \"$1\"); "
    "  [ \"$3\" -le \"$size\" ] || fail \"the device has $size bytes, the image $3\"; "
    "  said=$(dd of=\"$1\" bs=1M iflag=fullblock conv=notrunc,fsync 2>&1) || fail \"$said\"; "
    "  got=$(printf \"%s\\n\" \"$said\" | sed -n \"s/ bytes.*//p\"); "
    "  [ \"$got\" = \"$3\" ] || fail \"$got of $3 bytes arrived; the device holds no image now\"; "
    "  [ \"$3\" -eq \"$size\" ] || blkdiscard -z -o \"$3\" \"$1\" 2>/dev/null || "
    "    dd if=/dev/zero of=\"$1\" bs=64k iflag=count_bytes count=$((size - $3)) "
    "       oflag=seek_bytes seek=\"$3\" conv=notrunc,fsync status=none; "
    "else "
    "  [ -L \"$1\" ] || [ -f \"$1\" ] || [ ! -e \"$1\" ] || "
    "    fail \"$1: neither a regular file nor a block device\"; "
    "  if [ \"$4\" = yes ]; then umask 077; fi; "
    "  file=$(mktemp -- \"$2/.onectx-XXXXXXXX\"); "
    "  trap \"exit 1\" HUP INT PIPE TERM; trap \"rm -f -- \\\"\\$file\\\"\" EXIT; "
    "  cat >\"$file\"; "
    "  got=$(wc -c <\"$file\"); "
    "  [ \"$got\" -eq \"$3\" ] || fail \"$got of $3 bytes arrived\"; "
    "  if [ -f \"$1\" ] && [ ! -L \"$1\" ]; then "
    "    chown \"$(stat -c %u:%g -- \"$1\")\" \"$file\" 2>/dev/null || :; "
    "    mode=$(stat -c %a -- \"$1\"); "
    "    if [ \"$4\" = yes ]; then mode=$(printf %o $((0$mode & 07700))); fi; "
    "    chmod \"$mode\" \"$file\"; "
    "  else chmod =rw \"$file\"; fi; "
    "  sync \"$file\"; mv -fT -- \"$file\" \"$1\"; trap - EXIT; sync \"$2\"; "
    "fi; "
    "echo onectx-stored";

}  // namespace

std::string remote_command(const TransferTarget& target, std::uint64_t bytes, bool is_private)
{
    // A path may begin with a dash for none of these programs: it is absolute.
    return "exec sh -c '" + std::string(kScript) + "' onectx " + quote_for_shell(target.path) +
           " " + quote_for_shell(folder_of(target)) + " " + std::to_string(bytes) +
           (is_private ? " yes" : " no");
}

}  // namespace onectx
