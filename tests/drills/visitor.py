"""A respondent's phone, reduced to what it sends."""

import http.client
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    location: str
    cookies: dict[str, str]


@dataclass(frozen=True)
class Visitor:
    """Somebody who holds the secret of a draft, or nothing; `ask` keeps no connection open."""

    port: int
    secret: str = ""
    token: str = field(default_factory=lambda: secrets.token_hex(16))

    def ask(self, method: str, path: str, fields: Iterable[tuple[str, Any]] = ()) -> Reply:
        """Send one request. Raises OSError, HTTPException where nobody answers."""
        cookies = {"csrftoken": self.token, **({"draft": self.secret} if self.secret else {})}
        headers = {
            "Host": "localhost",
            "User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile",
            "Accept": "text/html",
            "Accept-Language": "en-GB,en;q=0.9",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        }
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode([("csrfmiddlewaretoken", self.token), *fields])
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            web.request(method, path, body, headers)
            response = web.getresponse()
            response.read()
        finally:
            web.close()
        kept: SimpleCookie = SimpleCookie()
        for line in response.headers.get_all("Set-Cookie", []):
            kept.load(line)
        found = {name: morsel.value for name, morsel in kept.items()}
        return Reply(response.status, response.headers.get("Location", ""), found)

    def is_served(self) -> bool:
        """Whether the site answers and is well."""
        try:
            return self.ask("GET", "/healthz").status == http.client.OK
        except OSError:
            return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
