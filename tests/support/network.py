"""No test reaches beyond this machine."""

import ipaddress
import socket
from typing import Any

_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


class BeyondThisMachine(AssertionError):
    """A test tried to reach another machine."""


def _refuse_others(used: socket.socket, address: Any) -> None:
    if used.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        used.close()
        raise BeyondThisMachine(f"tests stay on this machine, this one tried to reach {host}")


def close_the_network() -> None:
    """From now on this process connects to loopback addresses and local sockets only."""

    def connect(self: socket.socket, address: Any) -> None:
        _refuse_others(self, address)
        return _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_others(self, address)
        return _connect_ex(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
