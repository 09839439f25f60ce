"""A server of one document over HTTP/1.0, whose end is told by the end of the connection alone."""

import http.server
import logging
import threading
import urllib.parse

import output
import stopping

_PORT = 8000
_BYTES = 4096
_END = b"end\n"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (int(query.get("bytes", _BYTES)) - len(_END)) + _END)

    def log_message(self, *_arguments):
        return


output.configure()
stopping.configure()
server = http.server.ThreadingHTTPServer(("0.0.0.0", _PORT), _Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
logging.info("ready")
stopping.wait()
logging.info("bye")
