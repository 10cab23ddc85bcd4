#!/bin/sh
# How every init.sh that `onectx build --init` makes begins. The whole of it runs in a subshell, so that
# the shell that reads it with `.` keeps its variables, functions and options.
# shellcheck disable=SC2034 # status, medium: what follows
set +e +u +f
IFS='
	 '
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export LC_ALL PATH
umask 022
status=0

say() { printf 'init.sh: %s\n' "$*" >&2; }
fault() {
    say "$@"
    status=1
}

# A machine with a guest package reads the CD by itself.
for program in /usr/sbin/onectx-guest /usr/sbin/one-contextd /etc/init.d/vmcontext; do
    [ ! -x "$program" ] || exit 0
done

# Where the CD is mounted: who reads a file with `.` is not told where it lies.
medium=
for folder in "${0%/*}" /mnt $(while read -r _ where kind _; do
    [ "$kind" != iso9660 ] || printf '%s\n' "$where"
done </proc/mounts 2>/dev/null); do
    if [ -f "$folder/context.sh" ] && [ -f "$folder/init.sh" ]; then
        medium=$folder
        break
    fi
done
if [ -z "$medium" ]; then
    say 'no mounted CD with context.sh on it'
    exit 1
fi
