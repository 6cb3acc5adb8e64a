"""Which port `authflow dev` takes."""

import socket
from contextlib import suppress

# How many ports after the one that was asked for are tried.
TRIED = 100
CONNECT_TIMEOUT_SECONDS = 0.2


def free_port(wanted: int) -> int:
    """The wanted one, or the next that is free. Raises OSError if none of the next hundred is."""
    for port in range(wanted, min(wanted + TRIED, 65_536)):
        if not is_answered(port) and _can_be_bound(port):
            return port
    raise OSError(f"none of the {TRIED} ports from {wanted} on is free: set PORT to another one")


def is_answered(port: int) -> bool:
    """Whether `localhost` leads to somebody else: macOS itself answers on port 5000 of ::1."""
    for host in ("127.0.0.1", "::1"):
        with suppress(OSError), socket.create_connection((host, port), timeout=CONNECT_TIMEOUT_SECONDS):
            return True
    return False


def _can_be_bound(port: int) -> bool:
    with socket.socket() as candidate:
        # As the server will: connections of an earlier one may still be closing.
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            candidate.bind(("127.0.0.1", port))
            return True
    return False
