"""Write down what every Python process that starts under this folder asks of the network.

Python imports `sitecustomize` from PYTHONPATH before anything else, so the end-to-end test sees each process that
VS Code starts, with no change to what it tests: one JSON line in the file named by WHENCE_AUDIT for the process
itself, one for each name looked up, each address connected or sent to, and each program started.
"""

import json
import os
import sys

_PLACES = {
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "subprocess.Popen": 1,
}


def _start(path: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(event: str, value: object) -> None:
        line = {"pid": os.getpid(), "event": event, "value": value}
        # One write a line: lines of several processes don't mix.
        os.write(descriptor, (json.dumps(line, default=os.fsdecode) + "\n").encode())

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        place = _PLACES.get(event)
        if place is None:
            return
        value = arguments[place]
        if event == "subprocess.Popen" and isinstance(value, (list, tuple)):
            value = [os.fsdecode(part) for part in value]
        elif isinstance(value, tuple):  # an IP address and a port; a Unix socket's address is a path, and local
            value = str(value[0])
        elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            return
        elif isinstance(value, bytes):
            value = value.decode("ascii", "replace")
        write(event, value)

    write("start", sys.orig_argv)
    sys.addaudithook(hook)


if os.environ.get("WHENCE_AUDIT"):
    _start(os.environ["WHENCE_AUDIT"])
