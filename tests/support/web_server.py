#!/ usr / bin / env python3
"""A web server on loopback with the manners, good and bad, that downloads have to live with.

Usage: web_server.py FOLDER. Makes a certificate for 127.0.0.1 in FOLDER (cert.pem), serves http and
https on ports of the system's choice, prints both, and ends when standard input does.
"""
import time

import loopback


class Handler(loopback.Handler):
    def do_GET(self):
        plain = f"http://127.0.0.1:{loopback.ports['http']}"
        path = self.path
        if path == "/hello":
            self.answer(200, b"hello\n")
        elif path == "/empty":
            self.answer(200, b"")
        elif path.startswith("http://nowhere.invalid/"):
            self.answer(200, b"by proxy\n")
        elif path == "/authorization":
            self.answer(200, (self.headers.get("Authorization") or "none").encode())
        elif path == "/redirect":
            self.answer(302, b"elsewhere", Location="/hello")
        elif path == "/loop":
            self.answer(302, b"", Location="/loop")
        elif path == "/to-file":
            self.answer(302, b"", Location="file:///etc/hostname")
        elif path == "/to-http":
            self.answer(302, b"", Location=plain + "/hello")
        elif path == "/nowhere":
            self.answer(300, b"a redirection to nowhere")
        elif path == "/large":
            self.answer(200, b"x" * 5000)
        elif path == "/large-chunks":
            self.answer(200, b"", Transfer_Encoding="chunked")
            for _ in range(50):
                self.wfile.write(b"64\r\n" + b"x" * 100 + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
        elif path == "/half":
            self.answer_half(100, b"x" * 50)
        elif path == "/half-chunk":
            self.answer(200, b"64\r\nxxx", Transfer_Encoding="chunked")
            self.close_connection = True
        elif path == "/slow":
            self.answer_half(100)
            time.sleep(20)
        else:
            self.answer(404, b"no such thing\n")


loopback.serve(Handler, "IP:127.0.0.1")
