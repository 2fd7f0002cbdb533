"""Requests to a WSGI application in this process, and the processor time that each takes.

`python -m benchmarks.beside.calling APPLICATION FOLDER`, in the environment of that application.
FOLDER/requests.json lists rounds of requests (kind, path, cookies, fields; with fields a POST);
what a kind costs is printed as a line of JSON: the median over rounds, without the first quarter of
them, in milliseconds. No server, no network and no other process is in it, so that nothing is told
but what the application does.
"""

import importlib
import io
import json
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TOKEN = "5" * 32  # against forgery; the same for all, as for one phone
WARM_UP = 4  # one round of so many only warms up


class Refused(RuntimeError):
    """A request was not answered as it should be: what follows would measure something else."""


def call(application: Any, request: dict[str, Any]) -> float:
    """Send one request; milliseconds of this process's time until its answer is whole.

    Raises Refused.
    """
    fields = request.get("fields")
    body = b""
    told: dict[str, Any] = {"REQUEST_METHOD": "GET"}
    if fields is not None:
        body = urlencode([("csrfmiddlewaretoken", TOKEN), *fields]).encode()
        told = {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
        }
    cookies = {"csrftoken": TOKEN, **request.get("cookies", {})}
    environ = told | {
        "PATH_INFO": request["path"],
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9",
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    answered: list[str] = []
    before = time.process_time_ns()
    answer = application(environ, lambda status, _headers, _error=None: answered.append(status))
    told_back = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    took = time.process_time_ns() - before
    if not answered[0].startswith(str(request["status"])):
        raise Refused(f"{request['path']}: {answered[0]}\n{told_back[:2000].decode()}")
    if request.get("says", "").encode() not in told_back:
        raise Refused(f"{request['path']} does not say {request['says']!r}")
    return took / 1e6


def main(name: str, folder: Path) -> None:
    """Send all requests to the application of this name ("module:attribute")."""
    module, _, attribute = name.partition(":")
    application = getattr(importlib.import_module(module), attribute)
    spent: dict[str, list[float]] = defaultdict(list)
    rounds = json.loads((folder / "requests.json").read_text())
    for number, requests in enumerate(rounds):
        for request in requests:
            took = call(application, request)
            if number >= len(rounds) // WARM_UP:
                spent[request["kind"]].append(took)
    print(json.dumps({kind: statistics.median(all_) for kind, all_ in spent.items()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
