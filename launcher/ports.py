"""Free ports."""

import errno
import socket

from launcher.errors import LaunchError

TRIES = 100


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now. LaunchError when the machine has no such address or forbids the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise LaunchError(
                f"Nothing can listen on {host}, port {port}: {error.strerror}.",
                "Choose another address in WAYMARK_HOST, or a port above 1023 in WAYMARK_PORT.",
            ) from None
    return True


def next_free(host: str, wanted: int, taken: frozenset[int] = frozenset()) -> int:
    """The wanted port, or the first free one above it that is not among `taken`."""
    for port in range(wanted, min(wanted + TRIES, 65536)):
        if port not in taken and is_free(host, port):
            return port
    raise LaunchError(f"No port from {wanted} to {wanted + TRIES - 1} is free.", "Choose another one in WAYMARK_PORT.")
