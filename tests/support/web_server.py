#!/usr/bin/env python3
"""A web server on loopback with the manners, good and bad, that downloads have to live with.

Usage: web_server.py FOLDER. Makes a certificate for 127.0.0.1 in FOLDER (cert.pem), serves http and
https on ports of the system's choice, prints both, and ends when standard input does.
"""
import http.server
import ssl
import subprocess
import sys
import threading
import time

folder = sys.argv[1]
ports = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        plain = f"http://127.0.0.1:{ports['http']}"
        path = self.path
        if path == "/hello":
            self.answer(b"hello\n")
        elif path == "/empty":
            self.answer(b"")
        elif path.startswith("http://nowhere.invalid/"):
            self.answer(b"by proxy\n")
        elif path == "/authorization":
            self.answer((self.headers.get("Authorization") or "none").encode())
        elif path == "/redirect":
            self.answer(b"elsewhere", 302, Location="/hello")
        elif path == "/loop":
            self.answer(b"", 302, Location="/loop")
        elif path == "/to-file":
            self.answer(b"", 302, Location="file:///etc/hostname")
        elif path == "/to-http":
            self.answer(b"", 302, Location=plain + "/hello")
        elif path == "/nowhere":
            self.answer(b"a redirection to nowhere", 300)
        elif path == "/large":
            self.answer(b"x" * 5000)
        elif path == "/large-chunks":
            self.answer(b"", Transfer_Encoding="chunked")
            for _ in range(50):
                self.wfile.write(b"64\r\n" + b"x" * 100 + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
        elif path == "/half":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"x" * 50)
            self.close_connection = True
        elif path == "/half-chunk":
            self.answer(b"64\r\nxxx", Transfer_Encoding="chunked")
            self.close_connection = True
        elif path == "/slow":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.flush()
            time.sleep(20)
        else:
            self.answer(b"no such thing\n", 404)


def serve(kind):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # clients that hang up are what the tests are about
    if kind == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
        # The handshake belongs into the thread of its connection, or a client that gives up stops all.
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    ports[kind] = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()


subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
     "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
     "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem"],
    check=True, stderr=subprocess.DEVNULL)
serve("http")
serve("https")
print(ports["http"], ports["https"], flush=True)
sys.stdin.read()
