#!/bin/sh
# For images without any agent: does what the classic variables of a context ask for, with nothing but a
# POSIX shell and the usual small programs. The context is read, never executed.
# shellcheck disable=SC2154 # medium, status: head.sh; ctx_*: take

# take NAME VALUE: keeps what is understood, as $ctx_NAME.
take() {
    case $1 in
        *[!A-Z0-9_]*) return ;;
        ETH[0-9]*_MAC)
            number=${1#ETH}
            number=${number%_MAC}
            case $number in
                *[!0-9]*) return ;;
            esac
            [ -z "$2" ] || nics="$nics $number"
            ;;
        ETH[0-9]*_*) ;;
        HOSTNAME | SET_HOSTNAME | IP_PUBLIC | NETMASK | GATEWAY | DNS | SEARCH_DOMAIN | IGNORE_SWAP) ;;
        USERNAME | ROOT_PUBKEY | USER_PUBKEY | SSH_PUBLIC_KEY) ;;
        *) return ;;
    esac
    eval "ctx_$1=\$2"
}

# value NAME: of a variable whose name has a number in it.
value() { eval "printf '%s' \"\${ctx_$1-}\""; }

# read_context: each KEY='value' of standard input; a ' inside is '\'', values may have many lines. Anything
# else is passed over with its line.
read_context() {
    newline='
'
    while IFS= read -r rest || [ -n "$rest" ]; do
        case $rest in
            '' | '#'*) continue ;;
            [A-Za-z_]*=\'*) ;;
            *)
                fault "context.sh: not understood: ${rest%%=*}"
                continue
                ;;
        esac
        name=${rest%%=*}
        rest=${rest#*=\'}
        text=
        while :; do
            case $rest in
                *\'*)
                    text=$text${rest%%\'*}
                    rest=${rest#*\'}
                    case $rest in
                        "\\''"*)
                            text="$text'"
                            rest=${rest#"\\''"}
                            ;;
                        '')
                            take "$name" "$text"
                            break
                            ;;
                        *)
                            fault "context.sh: not understood: $name"
                            break
                            ;;
                    esac
                    ;;
                *)
                    text=$text$rest$newline
                    if ! IFS= read -r rest && [ -z "$rest" ]; then
                        fault "context.sh: no end of $name"
                        break
                    fi
                    ;;
            esac
        done
    done
}

# replace FILE: standard input becomes its content, at once, and only when that is another one.
replace() {
    text=$(cat)
    if [ -e "$1" ]; then
        ! printf '%s\n' "$text" | cmp -s - "$1" || return 0
        cp -p "$1" "$1.onectx" || return 1
    fi
    if printf '%s\n' "$text" >"$1.onectx" && mv -f "$1.onectx" "$1"; then
        return 0
    fi
    rm -f "$1.onectx"
    return 1
}

set_hostname() {
    name=${ctx_SET_HOSTNAME:-${ctx_HOSTNAME-}}
    case $name in
        '') return ;;
        *[!A-Za-z0-9.-]* | [.-]* | *[.-])
            fault 'the host name has characters that it must not have'
            return
            ;;
    esac
    short=${name%%.*}
    hostname "$short" || fault 'hostname: not set'
    printf '%s\n' "$short" | replace /etc/hostname || fault '/etc/hostname: not written'
    [ ! -e /etc/HOSTNAME ] || printf '%s\n' "$name" | replace /etc/HOSTNAME || fault '/etc/HOSTNAME: not written'
    if [ -e /etc/sysconfig/network ] && [ ! -d /etc/sysconfig/network ]; then
        {
            grep -v '^HOSTNAME=' /etc/sysconfig/network
            printf 'HOSTNAME=%s\n' "$name"
        } | replace /etc/sysconfig/network || fault '/etc/sysconfig/network: not written'
    fi
    names=$name
    [ "$name" = "$short" ] || names="$name $short"
    {
        printf '127.0.1.1 %s # onectx\n' "$names"
        [ ! -e /etc/hosts ] || grep -v '# onectx$' /etc/hosts
    } | replace /etc/hosts || fault '/etc/hosts: not written'
}

# prefix MASK: 255.255.255.0, 24 or /24 as 24.
prefix() {
    case $1 in
        *.*) ;;
        *)
            printf '%s\n' "${1#/}"
            return
            ;;
    esac
    length=0
    for part in $(printf '%s\n' "$1" | tr . ' '); do
        case $part in
            255) length=$((length + 8)) ;;
            254) length=$((length + 7)) ;;
            252) length=$((length + 6)) ;;
            248) length=$((length + 5)) ;;
            240) length=$((length + 4)) ;;
            224) length=$((length + 3)) ;;
            192) length=$((length + 2)) ;;
            128) length=$((length + 1)) ;;
        esac
    done
    printf '%s\n' "$length"
}

# dotted LENGTH: 24 as 255.255.255.0, for ifconfig.
dotted() {
    length=$1 mask=
    for _ in 1 2 3 4; do
        bits=$((length > 8 ? 8 : length))
        length=$((length - bits))
        mask=$mask.$((256 - (1 << (8 - bits))))
    done
    printf '%s\n' "${mask#.}"
}

# device_of MAC: the name of the device that has it; nothing when there is none.
device_of() {
    wanted=$(printf '%s\n' "$1" | tr A-F a-f)
    for device in /sys/class/net/*; do
        if read -r mac 2>/dev/null <"$device/address" && [ "$mac" = "$wanted" ]; then
            printf '%s\n' "${device##*/}"
            return
        fi
    done
}

# The device of IP_PUBLIC: eth0, or else the first one that is no loopback.
first_device() {
    for device in /sys/class/net/eth0 /sys/class/net/*; do
        if [ -e "$device/address" ] && [ "${device##*/}" != lo ]; then
            printf '%s\n' "${device##*/}"
            return
        fi
    done
}

# add_address DEVICE ADDRESS LENGTH: once.
add_address() {
    if command -v ip >/dev/null; then
        case $(ip -o addr show dev "$1") in
            *" $2/$3 "*) return ;;
        esac
        ip addr add "$2/$3" dev "$1"
    else
        case $2 in
            *:*) ifconfig "$1" inet6 add "$2/$3" ;;
            *) ifconfig "$1" "$2" netmask "$(dotted "$3")" ;;
        esac
    fi
}

# set_gateway DEVICE ADDRESS
set_gateway() {
    if command -v ip >/dev/null; then
        case $2 in
            *:*) ip -6 route replace default via "$2" dev "$1" ;;
            *) ip route replace default via "$2" dev "$1" ;;
        esac
    else
        route del default 2>/dev/null
        route add default gw "$2" "$1"
    fi
}

# bring_up DEVICE [MTU]
bring_up() {
    if command -v ip >/dev/null; then
        ip link set "$1" up && { [ -z "$2" ] || ip link set "$1" mtu "$2"; }
    else
        ifconfig "$1" up && { [ -z "$2" ] || ifconfig "$1" mtu "$2"; }
    fi
}

# set_network DEVICE IP MASK GATEWAY MTU
set_network() {
    bring_up "$1" "$5" || fault "$1: not brought up"
    add_address "$1" "$2" "$(prefix "${3:-24}")" || fault "$1: $2 not set"
    [ -z "$4" ] || set_gateway "$1" "$4" || fault "$1: gateway $4 not set"
}

set_nic() { # set_nic NUMBER
    case $(value "ETH$1_METHOD" | tr '[:upper:]' '[:lower:]') in
        '' | static) ;;
        *) return ;;
    esac
    mac=$(value "ETH$1_MAC")
    ip=$(value "ETH$1_IP")
    ip6=$(value "ETH$1_IP6")
    [ -n "$ip$ip6" ] || return
    device=$(device_of "$mac")
    if [ -z "$device" ]; then
        fault "ETH$1: no device with MAC $mac"
        return
    fi
    if [ -n "$ip" ]; then
        set_network "$device" "$ip" "$(value "ETH$1_MASK")" "$(value "ETH$1_GATEWAY")" "$(value "ETH$1_MTU")"
    fi
    if [ -n "$ip6" ]; then
        bring_up "$device" "$(value "ETH$1_MTU")" || fault "$device: not brought up"
        length=$(value "ETH$1_IP6_PREFIX_LENGTH")
        add_address "$device" "$ip6" "${length:-64}" || fault "$device: $ip6 not set"
        gateway=$(value "ETH$1_IP6_GATEWAY")
        [ -z "$gateway" ] || set_gateway "$device" "$gateway" || fault "$device: gateway $gateway not set"
    fi
}

set_addresses() {
    for number in $nics; do
        set_nic "$number"
    done
    [ -n "${ctx_IP_PUBLIC-}" ] && [ -z "${ctx_ETH0_IP-}" ] || return
    device=$(first_device)
    if [ -z "$device" ]; then
        fault 'IP_PUBLIC: no network device'
        return
    fi
    set_network "$device" "$ctx_IP_PUBLIC" "${ctx_NETMASK-}" "${ctx_GATEWAY-}" ''
}

set_resolver() {
    servers=${ctx_DNS-} domains=${ctx_SEARCH_DOMAIN-}
    for number in $nics; do
        servers="$servers $(value "ETH${number}_DNS")"
        domains="$domains $(value "ETH${number}_SEARCH_DOMAIN")"
    done
    servers=$(printf '%s\n' "$servers" | tr ',\n' '  ') domains=$(printf '%s\n' "$domains" | tr ',\n' '  ')
    case $servers$domains in
        *[!' ']*) ;;
        *) return ;;
    esac
    if [ -L /etc/resolv.conf ]; then
        say '/etc/resolv.conf is a link, which belongs to another program'
        return
    fi
    {
        for server in $servers; do printf 'nameserver %s\n' "$server"; done
        # shellcheck disable=SC2086 # the blanks between them are of no interest
        set -- $domains
        [ $# -eq 0 ] || printf 'search %s\n' "$*"
    } | replace /etc/resolv.conf || fault '/etc/resolv.conf: not written'
}

# account NAME: sets uid, gid and home; fails when there is none.
account() {
    while IFS=: read -r account_name _ uid gid _ home _; do
        [ "$account_name" != "$1" ] || return 0
    done </etc/passwd
    return 1
}

make_user() {
    user=${ctx_USERNAME:-root}
    case $user in
        [!a-z_]* | *[!a-z0-9_-]*)
            fault 'USERNAME is no name of a user'
            user=
            return
            ;;
    esac
    account "$user" || useradd -m "$user" 2>/dev/null || adduser -D "$user" 2>/dev/null ||
        adduser --disabled-password --gecos '' "$user" >/dev/null 2>&1
    if ! account "$user"; then
        fault "$user: not created"
        user=
    fi
}

# add_keys USER: each line of standard input that authorized_keys does not have yet.
add_keys() {
    account "$1" || return 1
    keys=$home/.ssh/authorized_keys
    if [ -z "$home" ] || [ -L "$home/.ssh" ] || [ -L "$keys" ]; then
        return 1
    fi
    mkdir -p "$home/.ssh" || return 1
    [ ! -s "$keys" ] || [ -z "$(tail -c 1 "$keys")" ] || echo >>"$keys"
    while IFS= read -r key || [ -n "$key" ]; do
        [ -n "$key" ] || continue
        grep -qxF -e "$key" "$keys" 2>/dev/null || printf '%s\n' "$key" >>"$keys" || return 1
    done
    [ ! -e "$keys" ] || { chmod 0600 "$keys" && chown "$uid:$gid" "$keys"; } || return 1
    chmod 0700 "$home/.ssh" && chown "$uid:$gid" "$home/.ssh"
}

# add_key_file USER VALUE: the name of a file on the CD, or keys as they are.
add_key_file() {
    [ -n "$1" ] && [ -n "$2" ] || return
    case $2 in
        ssh-* | ecdsa-* | sk-*) printf '%s\n' "$2" | add_keys "$1" ;;
        /* | .. | ../* | */.. | */../*) false ;;
        *) [ -f "$medium/$2" ] && add_keys "$1" <"$medium/$2" ;;
    esac || fault "$1: no keys from ${2%% *}"
}

activate_swap() {
    case ${ctx_IGNORE_SWAP-} in
        [Yy]* | [Tt]* | 1) return ;;
    esac
    swap=$(findfs LABEL=swap 2>/dev/null || blkid -L swap 2>/dev/null) || swap=/dev/disk/by-label/swap
    [ -b "$swap" ] || return
    swap=$(readlink -f "$swap")
    if ! grep -q "^$swap " /proc/swaps; then
        swapon "$swap" || fault "$swap: not activated"
    fi
}

nics=
read_context <"$medium/context.sh"
set_hostname
set_addresses
set_resolver
make_user
add_key_file root "${ctx_ROOT_PUBKEY-}"
add_key_file "$user" "${ctx_USER_PUBKEY-}"
[ -z "$user" ] || [ -z "${ctx_SSH_PUBLIC_KEY-}" ] || printf '%s\n' "$ctx_SSH_PUBLIC_KEY" | add_keys "$user" ||
    fault "$user: no keys from SSH_PUBLIC_KEY"
activate_swap
exit "$status"
