"""An HTTP service: POST /NAME/MILLIS does a unit of work. Stops on KeyboardInterrupt."""

import logging

import waitress

import output
import stopping
import work


def application(environ, start_response):
    name, millis = environ["PATH_INFO"].strip("/").split("/")
    try:
        work.do(name, int(millis))
        status = "200 OK"
    except work.Unavailable as e:
        logging.info("Redis does not answer: %s", e)
        status = "503 Service Unavailable"
    start_response(status, [("Content-Length", "0")])
    return []


output.configure()
stopping.configure()
server = waitress.create_server(application, host="0.0.0.0", port=8080)
logging.info("ready")
server.run()
logging.info("bye")
