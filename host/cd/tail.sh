#!/bin/sh
# How every init.sh ends. Read with `.` it must not end the shell that reads it, nor fail under `sh -e`:
# a machine that is half configured shall boot.
# shellcheck disable=SC2154 # set behind the subshell
case $0 in
    init.sh | */init.sh) exit "$onectx_status" ;;
esac
unset onectx_status
