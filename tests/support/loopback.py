"""What the servers of the tests have in common: http and https on loopback, and an end."""
import http.server
import ssl
import subprocess
import sys
import threading

folder = sys.argv[1]
ports = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_half(self, length, body=b""):
        """Announces more than what comes before the end."""
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        self.close_connection = True


def listen(kind, handler, port=0):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # clients that hang up are what the tests are about
    if kind == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
        # The handshake belongs into the thread of its connection, or a client that gives up stops all.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    ports[kind] = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()


def serve(handler, name):
    """Makes a certificate for NAME ("DNS:localhost") in the folder, serves on ports of the system's choice (that of
    http may be the second argument), prints that of http and that of https, and comes back when standard input ends."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=" + name,
         "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem"], check=True, stderr=subprocess.DEVNULL)
    listen("http", handler, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    listen("https", handler)
    print(ports["http"], ports["https"], flush=True)
    sys.stdin.read()
