"""What this program does naively, as most do: it leaves it at the default."""

import os

_ALL = os.environ.get("NAIVE", "").split()


def at_default(defect):
    return defect in _ALL
