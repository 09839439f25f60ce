"""What this program does naively, as most do: it leaves it at the default."""

import os

_ALL = os.environ.get("NAIVE", "").split()

SIGTERM = "sigterm" in _ALL
LOGGING = "logging" in _ALL
TIMEOUT = "timeout" in _ALL
