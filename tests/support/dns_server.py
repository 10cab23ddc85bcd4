#!/usr/bin/env python3
"""A name server at 127.0.0.1 port 53 of a network of the test's own. Knows the name of 10.0.0.5, and of 10.0.0.6 one
that is none; is silent about 10.0.0.7, answers garbage for 10.0.0.8, and has no other. Ends by itself after half a minute.
"""
import socket
import struct
import threading
import time

NAMES = {b"5": b"\3web\7example\3com\0", b"6": b"\x08\x1b[2J\nabc\0"}
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))


def serve():
    while True:
        query, peer = server.recvfrom(4096)
        octet = query[13:13 + query[12]]
        question = query[12:query.index(b"\0", 12) + 5]
        if octet == b"7":
            continue
        if octet == b"8":
            server.sendto(query[:2] + b"\xff" * 40, peer)
            continue
        name = NAMES.get(octet)
        head = query[:2] + struct.pack(">HHHHH", 0x8180 if name else 0x8183, 1, 1 if name else 0, 0, 0)
        answer = b"\xc0\x0c" + struct.pack(">HHIH", 12, 1, 60, len(name)) + name if name else b""
        server.sendto(head + question + answer, peer)


threading.Thread(target=serve, daemon=True).start()
print("ready", flush=True)
time.sleep(30)
