#!/usr/bin/env python3
"""An EC2-style metadata service, good and bad manners included.

Usage: metadata_server.py FOLDER [PORT]. The first part of the path says how it behaves: /v1 knows no tokens, /v2 wants one,
/bare has user data alone, /nothing has nothing at all; the others go wrong. Without /v1 and /v2 a token is good,
and none is too. GET /log tells what was asked so far, as JSON.
"""
import json
import time

import loopback

TOKEN = "token-7f3a9"
KEYS = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILaOYSGVyITashbF6BKnHzm54fUe5cbx1jvmryhKNzLb a@b\n",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2ZlhtZVI7Smcs0mNxPJLu4VqBHLNtsl6ssxNbZgvYa c@d"]
CONTENT = {
    "/latest/meta-data/local-hostname": b"web.example.com",
    "/latest/meta-data/public-keys/": b"0=first\n1=second",
    "/latest/meta-data/public-keys/0/openssh-key": KEYS[0].encode(),
    "/latest/meta-data/public-keys/1/openssh-key": KEYS[1].encode(),
    "/latest/user-data": b"#!/bin/sh\necho hi\n",
}
# What a path is in a mode, where it is not as above: bytes, or a status.
MODES = {
    "bare": {"/latest/meta-data/local-hostname": 404, "/latest/meta-data/public-keys/": 404},
    "nothing": dict.fromkeys(CONTENT, 404),
    "context": {"/latest/user-data": b"VMID='7'\nSET_HOSTNAME='db'\n"},
    "binary": {"/latest/user-data": b"\x1f\x8b\x00\xff"},
    "refuse": dict.fromkeys(CONTENT, 403),
    "broken": dict.fromkeys(CONTENT, 500),
    "no-user-data": {"/latest/user-data": 500},
    "key-gone": {"/latest/meta-data/public-keys/1/openssh-key": 404},
    "odd-list": {"/latest/meta-data/public-keys/": b"<html>\x1b[2J"},
    "long-list": {"/latest/meta-data/public-keys/": b"".join(b"%d=x\n" % n for n in range(65))},
    "odd-name": {"/latest/meta-data/local-hostname": b"<html>\n"},
    "names": {"/latest/meta-data/local-hostname": b"web.example.com example.org\n"},
    "nul-key": {"/latest/meta-data/public-keys/0/openssh-key": b"ssh-rsa A\0"},
    "large-name": {"/latest/meta-data/local-hostname": b"x" * (1 << 17)},
}
log = []


class Handler(loopback.Handler):
    def split(self):
        _, mode, rest = self.path.split("/", 2)
        return (mode, "/" + rest) if mode != "latest" else ("", self.path)

    def do_PUT(self):
        mode, path = self.split()
        log.append(["PUT", self.path, self.headers.get("X-aws-ec2-metadata-token-ttl-seconds")])
        if mode == "v1":
            return self.answer(405)
        if mode == "slow-token":
            time.sleep(20)
        if mode == "odd-token":
            return self.answer(200, b"a\r\nb")
        return self.answer(200, TOKEN.encode())

    def do_GET(self):
        if self.path == "/log":
            return self.answer(200, json.dumps(log).encode())
        mode, path = self.split()
        token = self.headers.get("X-aws-ec2-metadata-token")
        log.append(["GET", self.path, token])
        if token not in (None, TOKEN) or (mode == "v2" and token is None):
            return self.answer(401)
        if mode == "half":
            return self.answer_half(100, b"web")
        if mode == "huge":
            return self.answer_half(1 << 40)
        if mode == "endless":
            return self.answer_half(100) or time.sleep(20)
        if mode == "continues":  # interim answers, and never the one
            while True:
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        if mode == "trails":  # a whole body, and trailers without end
            self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
            while True:
                self.wfile.write(b"A: b\r\n" * 100)
        if mode == "elsewhere":
            return self.answer(302, Location="/v1" + path)
        content = MODES.get(mode, {}).get(path, CONTENT.get(path, 404))
        return self.answer(content) if isinstance(content, int) else self.answer(200, content)


loopback.serve(Handler, "DNS:localhost")
