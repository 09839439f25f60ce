"""Fetches a small file by passive FTP for each unit of work: over one connection for commands, and one for the file."""

import ftplib
import logging

import dependency
import front
import naive
import output
import stopping
import store

_PORT = 2100
_ANSWER_SECONDS = None if naive.at_default("timeout") else 0.8
_LONGEST_SECONDS = 2.2
_END = b"end\n"


class Files:
    """Knows how its last fetch went, as it keeps no connection."""

    def __init__(self, host, port):
        self._host = host
        self._port = port
        self._well = True

    def is_well(self):
        return self._well

    def fetch(self):
        try:
            text = self._fetch()
            self._well = True
            return text
        except (OSError, EOFError, ftplib.Error) as e:
            self._well = False
            raise front.Unavailable(f"the server does not answer: {e}") from e

    def _fetch(self):
        parts = []
        ftp = ftplib.FTP(timeout=_ANSWER_SECONDS)
        try:
            ftp.connect(self._host, self._port)
            ftp.login()
            ftp.retrbinary("RETR document", parts.append)
        finally:
            ftp.close()
        text = b"".join(parts)
        if not text.endswith(_END):
            raise EOFError("the document ends early")
        return text


def main():
    output.configure()
    stopping.configure()
    files = Files(*dependency.only(_PORT))

    def work(query):
        unit = store.name(query)
        front.take_time(query)
        text = files.fetch() if naive.at_default("timeout") else front.within(_LONGEST_SECONDS, files.fetch)
        logging.info("done: %s (%d bytes)", unit, len(text))
        return unit

    server = front.Front({"/work": work, "/health": store.health(files), "/ping": front.ping})
    logging.info("ready")
    stopping.wait()
    server.finish()
    logging.info("bye")


main()
