"""A DHCPv6 server on one link, for one client.

usage: dhcp6_server.py DEVICE LOG [NAME=VALUE...]

Waits for the link and gives `address` with the times `preferred` and `valid`, and T1, T2 where they are given. What it
hears goes to LOG, a message's name a line. With hostile=1 each answer comes behind others that no client may take; with
offer=1 there is no rapid commit.
"""

import socket
import struct
import sys
import time

NAMES = {1: "solicit", 3: "request", 5: "renew", 6: "rebind", 8: "release", 9: "decline"}
ADVERTISE, REPLY = 2, 7
DUID = b"\x00\x02\x00\x00\x00\x00test"


def option(code, value):
    return struct.pack("!HH", code, len(value)) + value


def options_of(text):
    found = {}
    while text:
        code, size = struct.unpack("!HH", text[:4])
        found[code] = text[4:4 + size]
        text = text[4 + size:]
    return found


def association(link, address, preferred, valid, t1=0, t2=0):
    inside = option(5, socket.inet_pton(socket.AF_INET6, address) + struct.pack("!II", preferred, valid))
    return option(3, link + struct.pack("!II", t1, t2) + inside)


def hostile_answers(kind, exchange, client, link, rapid):
    """Answers with the address 2001:db8::bad in them, each wrong in one way."""
    lease = association(link, "2001:db8::bad", 1000, 2000)
    server, own = option(2, DUID), option(1, client)
    head = bytes([kind]) + exchange
    yield bytes([kind]) + bytes(3) + own + server + lease + rapid
    yield head + own + lease + rapid
    yield head + server + lease + rapid
    yield head + option(1, client[:-1] + b"\xee") + server + lease + rapid
    yield head + own + server + lease + rapid + b"\x00\x17\x00\xff\x20"
    yield head + own + server + rapid + option(3, link + b"\x00")
    yield head + own + server + rapid + association(b"\xee" + link[1:], "2001:db8::bad", 1000, 2000)
    yield head + own + server + rapid + association(link, "2001:db8::bad", 0, 0)
    yield head + own + server + rapid + association(link, "2001:db8::bad", 2000, 1000)
    yield head + own + server + rapid + association(link, "2001:db8::bad", 1000, 2000, 900, 800)
    yield head + own + server + rapid + association(link, "fe80::bad", 1000, 2000)
    yield head + own + server + rapid + association(link, "ff02::bad", 1000, 2000)
    yield head[:3]


def main():
    device, log = sys.argv[1:3]
    settings = dict(word.split("=", 1) for word in sys.argv[3:])
    number = lambda name: int(settings.get(name, "0"))
    wire = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    wire.bind(("::", 547))
    while True:
        try:
            index = socket.if_nametoindex(device)
            group = socket.inet_pton(socket.AF_INET6, "ff02::1:2") + struct.pack("@I", index)
            wire.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
            break
        except OSError:
            time.sleep(0.02)
    while True:
        message, sender = wire.recvfrom(4096)
        kind, exchange = message[0], message[1:4]
        asked = options_of(message[4:])
        with open(log, "a", encoding="ascii") as file:
            print(NAMES[kind], sender[0].split("%")[0], file=file)
        client, link = asked[1], asked[3][:4]
        rapid = option(14, b"") if kind == 1 and not number("offer") else b""
        answer = ADVERTISE if kind == 1 and not rapid else REPLY
        if number("hostile"):
            for text in hostile_answers(answer, exchange, client, link, rapid):
                wire.sendto(text, sender)
        text = bytes([answer]) + exchange + option(1, client) + option(2, DUID) + option(7, b"\xff") + rapid
        if kind in (8, 9):
            text += option(13, b"\x00\x00")
        else:
            text += association(link, settings["address"], number("preferred"), number("valid"), number("t1"), number("t2"))
            text += option(23, socket.inet_pton(socket.AF_INET6, "2001:db8::53"))
            text += option(24, b"\x07example\x03org\x00")
        wire.sendto(text, sender)


main()
