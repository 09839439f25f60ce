#!/usr/bin/env bash
# One would believe: PR_SET_PDEATHSIG lasts until the process itself changes it, forks, or executes a program that is set-user-ID,
# set-group-ID or has capabilities: those are the cases that prctl(2) lists. setfsuid(2) changes nothing but with whose rights files
# are opened, and is what one uses to look at another user's files for a moment and come back.
#
# What happens: setfsuid and setfsgid clear the signal (commit_creds in kernel/cred.c does, whenever an effective or a file system id
# changes), silently, and going back to the old id does not bring it back. A change of the real id alone, or of the supplementary
# groups, keeps it. A helper that was to die with its parent outlives it from then on. It is also a matter of the one thread: others
# of the process keep theirs, so where a runtime moves work between threads it may happen now and then only. Set it again after each
# such switch.
#
# Seen with Linux 6.18.44, Python 3.11.2, 2026-11-28. Needs root and python3. 1 s.
# Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
command -v /usr/bin/python3 >/dev/null || { echo 'needs python3'; exit 2; }
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
uname -r; /usr/bin/python3 --version

/usr/bin/python3 - <<'PYTHON'
import ctypes
import os
import signal
import sys

SET, GET = 1, 2  # PR_SET_PDEATHSIG and PR_GET_PDEATHSIG
NOBODY = 65534
libc = ctypes.CDLL(None, use_errno=True)


def left_after(change, undo):
    """The signal that is set after a change and its undoing, of SIGKILL before."""
    libc.prctl(SET, signal.SIGKILL, 0, 0, 0)
    change()
    undo()
    seen = ctypes.c_int()
    libc.prctl(GET, ctypes.byref(seen), 0, 0, 0)
    return seen.value


seen = {
    "setfsuid there and back": left_after(lambda: libc.setfsuid(NOBODY), lambda: libc.setfsuid(0)),
    "setfsgid there and back": left_after(lambda: libc.setfsgid(NOBODY), lambda: libc.setfsgid(0)),
    "the real user alone": left_after(lambda: os.setresuid(NOBODY, -1, -1), lambda: os.setresuid(0, -1, -1)),
    "supplementary groups": left_after(lambda: os.setgroups([NOBODY]), lambda: os.setgroups([])),
}
for what, number in seen.items():
    print(f"{what}: {signal.Signals(number).name if number else 'no signal any more'}")
sys.exit(0 if list(seen.values()) == [0, 0, signal.SIGKILL, signal.SIGKILL] else 1)
PYTHON
