"""A server of one small file by FTP, at ports that need no rights. Passive transfers are at ports of a fixed range."""

import logging
import os
import tempfile
import threading

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import ThreadedFTPServer

import output
import stopping

_PORT = 2100
_PASSIVE = range(30000, 30010)

output.configure()
logging.getLogger("pyftpdlib").setLevel(logging.WARNING)
stopping.configure()
folder = tempfile.mkdtemp()
with open(os.path.join(folder, "document"), "w", encoding="ascii") as document:
    document.write("a small document\n" * 64 + "end\n")
FTPHandler.authorizer = DummyAuthorizer()
FTPHandler.authorizer.add_anonymous(folder)
FTPHandler.passive_ports = _PASSIVE
server = ThreadedFTPServer(("0.0.0.0", _PORT), FTPHandler)
threading.Thread(target=server.serve_forever, kwargs={"handle_exit": False}, daemon=True).start()
logging.info("ready")
stopping.wait()
logging.info("bye")
