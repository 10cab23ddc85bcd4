#!/bin/sh
# Runs the guest program that lies on the CD beside this script, from a copy, so that the CD can be
# taken out, and where programs may be run. It and the copy are gone when it is done.
# shellcheck disable=SC2154 # medium: head.sh
machine=$(uname -m)
case $machine in
    i?86) machine=i386 ;;
    arm*) machine=arm ;;
esac
program=$medium/onectx-guest.$machine
if [ ! -f "$program" ]; then
    say "no onectx-guest for $machine on the CD"
    exit 1
fi

# The program runs scripts of the context, this one among them: then there is nothing left to do. What a
# killed run left behind does not count.
busy() {
    read -r pid 2>/dev/null <"$1/pid" && kill -0 "$pid" 2>/dev/null
}

# Folders that only root can write to.
for folder in /run /var/run /var/lib /root; do
    copy=$folder/onectx-bundle
    if ! (umask 077 && mkdir "$copy") 2>/dev/null; then
        [ -d "$copy" ] || continue
        ! busy "$copy" || exit 0
    fi
    trap 'rm -rf "$copy"' EXIT
    # shellcheck disable=SC2016 # that of the inner shell, which is this one
    sh -c 'echo "$PPID"' >"$copy/pid"
    if cp "$program" "$copy/onectx-guest" && chmod 0700 "$copy/onectx-guest" &&
        "$copy/onectx-guest" --version >/dev/null 2>&1; then
        "$copy/onectx-guest" apply --context "$medium"
        exit
    fi
    rm -rf "$copy"
    trap - EXIT
done
say 'no place where a program can be run'
exit 1
