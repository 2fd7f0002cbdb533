"""Where the site listens, and by which names a browser may call it."""

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass


class CannotListen(RuntimeError):
    """HOST and PORT cannot be served; the message says why and what to do."""


@dataclass(frozen=True)
class Address:
    """Where the site listens."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        """HOST and PORT. Raises CannotListen where they cannot be what they are."""
        host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            raise CannotListen(f"PORT must be a number from 1 to 65535, not {port!r}.")
        return cls("127.0.0.1" if host == "localhost" else host, int(port))

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host == "localhost" or _is_loopback(self.host)

    @property
    def wildcard(self) -> bool:
        """Whether it listens on every address of the machine."""
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to

    def check_free(self) -> None:
        """Raise CannotListen if the port is taken or the address is not this machine's."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except socket.gaierror as error:
                raise CannotListen(
                    f"HOST={self.host} is not an address of this machine."
                ) from error
            except OSError as error:
                raise CannotListen(self._why_not(error)) from error

    def _why_not(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Port {self.port} is taken by another program. "
                f"Stop it, or choose another port: make run PORT={self.port + 1}"
            )
        if error.errno == errno.EACCES:
            return f"Port {self.port} needs more rights; choose one above 1023: make run PORT=8000"
        return f"Cannot listen on {self.host}, port {self.port}: {error.strerror}."

    def names(self) -> list[str]:
        """The host names by which a browser may call the site."""
        if self.loopback:
            return ["localhost", "127.0.0.1", "[::1]"]
        shown = [_outward_address(), socket.gethostname()] if self.wildcard else [self.host]
        return ["localhost", "127.0.0.1", "[::1]", *(f"[{n}]" if ":" in n else n for n in shown)]

    def urls(self) -> list[str]:
        """What to type into a browser: on this machine and, where it can, on others."""
        names = self.names()
        reachable = names[:1] if self.loopback else [names[3]]
        if self.wildcard:
            reachable = [names[0], names[3]]
        return [f"http://{name}:{self.port}/" for name in reachable]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _outward_address() -> str:
    """This machine's address on its network. Connecting UDP sends nothing: it only routes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address reserved for documentation (RFC 5737)
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])
