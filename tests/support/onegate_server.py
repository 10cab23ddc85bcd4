#!/usr/bin/env python3
"""OneGate as its clients see it: tokens checked as the real one does, and all that can go wrong.

Usage: onegate_server.py FOLDER. Makes a certificate for localhost in FOLDER, serves http and https,
prints both ports and ends when standard input does. The machine is number 7, started at 1700000000;
the token's password is 64 times "0".

What goes wrong is the first part of the path: /refuse, /forbid, /break, /break-once, /slow, /half, /elsewhere,
/garbage, /chunks, /huge. GET /log tells what was asked so far, as JSON.
"""
import base64
import json
import subprocess
import time
import urllib.parse

import loopback

log = []
broken = set()
PASSWORD = "0" * 64
VMID, STIME = "7", "1700000000"

VM = {"VM": {"NAME": "web", "ID": "7", "STATE": "3", "LCM_STATE": "3",
             "USER_TEMPLATE": {"A": "b"}, "TEMPLATE": {"NIC": [{"IP": "10.0.0.2"}, {"IP": "10.1.0.2"}]}}}
SERVICE = {"SERVICE": {"id": "3", "name": "shop", "state": 2, "roles": [
    {"name": "front", "cardinality": 1, "nodes": [{"deploy_id": 7, "vm_info": VM}]},
    {"name": "empty", "nodes": []}]}}
VROUTER = {"VROUTER": {"NAME": "vr", "ID": "4", "VMS": {"ID": ["7", "8"]}}}
VNET = {"VNET": {"ID": "5"}}
RESTRICTED = ("SCHED_REQUIREMENTS", "SERVICE_ID", "ROLE_NAME")


def is_token(token, vmid):
    try:
        text = subprocess.run(
            ["openssl", "enc", "-d", "-aes-256-cbc", "-K", PASSWORD[:32].encode().hex(), "-iv", "0" * 32],
            input=base64.b64decode(token or "", validate=True), capture_output=True, check=True).stdout
    except (subprocess.CalledProcessError, ValueError):
        return False
    return vmid == VMID and text.decode(errors="replace") == f"{VMID}:{STIME}"


class Handler(loopback.Handler):
    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = self.path
        if path.startswith("http://"):
            path = urllib.parse.urlsplit(path).path
        if path == "/log":
            return self.answer(200, json.dumps(log).encode())
        log.append({"method": self.command, "path": self.path, "body": body,
                    "type": self.headers.get("Content-Type"),
                    "proxy": self.headers.get("Proxy-Authorization")})
        first = path.split("/")[1]
        trouble = {"refuse": 401, "forbid": 403, "break": 500}
        if first in trouble:
            return self.answer(trouble[first], b"Trouble\n")
        if first == "break-once":
            if path not in broken:
                broken.add(path)
                return self.answer(503, b"Not yet")
            path = path.removeprefix("/break-once")
        elif first == "slow":
            time.sleep(20)
        elif first == "half":
            return self.answer_half(100, b"{" + b" " * 20)
        elif first == "elsewhere":
            return self.answer(302, Location=f"http://127.0.0.1:{loopback.ports['http']}/vm")
        elif first == "garbage":
            return self.answer(200, b"\x1b[31m<html>")
        elif first == "huge":
            return self.answer_half(1 << 40)
        elif first == "chunks":
            self.answer(200, Transfer_Encoding="chunked")
            text = json.dumps(VM).encode()
            for at in range(0, len(text), 7):
                piece = text[at:at + 7]
                self.wfile.write(b"%x;x=y\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\nX-Trailer: yes\r\n\r\n")
            return None
        if not is_token(self.headers.get("X-ONEGATE-TOKEN"), self.headers.get("X-ONEGATE-VMID")):
            return self.answer(401, b"Not authorized")
        return self.obey(path, body)

    def obey(self, path, body):
        query = urllib.parse.urlsplit(path)
        if self.command == "GET":
            shown = {"/vm": VM, "/vms/8": VM, "/service": SERVICE, "/vrouter": VROUTER, "/vnet/5": VNET}
            found = shown.get(query.path)
            return self.answer(200, json.dumps(found).encode()) if found else self.answer(400, b"No such resource")
        if self.command == "PUT" and query.path in ("/vm", "/vms/8"):
            data = urllib.parse.parse_qs(body)["data"][0]
            if any(name in data for name in RESTRICTED):
                return self.answer(403, b"SERVICE_ID cannot be modified")
            return self.answer(200)
        if self.command == "PUT" and query.path.startswith("/service/role/"):
            return self.answer(200 if isinstance(json.loads(body)["cardinality"], int) else 400)
        if self.command == "POST" and query.path == "/vms/8/action":
            return self.answer(204)
        return self.answer(400, b"No such route")

    do_GET = do_PUT = do_POST = handle_any

    def do_CONNECT(self):
        # A proxy that knows one server, its own other port.
        log.append({"method": "CONNECT", "path": self.path})
        self.answer(502, b"no tunnel here")


loopback.serve(Handler, "DNS:localhost")
