"""How the web processes run; gunicorn reads this file by itself.

Embedded: one process with threads, because SQLite has one writer and the cache is the process's
own. Full: processes that serve one request each and keep their database connection
(CONN_MAX_AGE).
"""

import logging
import os
import re
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

_full = "DATABASE_URL" in os.environ

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
if _full:
    worker_class = "sync"
    workers = int(os.environ.get("WEB_WORKERS", 2 * (os.cpu_count() or 1) + 1))
else:
    worker_class = "gthread"
    workers, threads = 1, 4


TICKETS = re.compile(r"/i/.+")


# Who asked is never written down: no address, no query string, no referrer, no browser.
class WithoutAddresses(Logger):
    """gunicorn names the address of whoever sends it what is no request; this logger does not."""

    def setup(self, cfg: Config) -> None:
        """Put the filter before gunicorn's own handlers."""
        super().setup(cfg)
        self.error_log.addFilter(without_address)

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """What a line can hold, without the tickets of links: they are worth an answer."""
        told: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return told | {"U": TICKETS.sub("/i/…", told["U"])}


def without_address(record: logging.LogRecord) -> bool:
    """Say that there was an invalid request, and no more."""
    if "from ip=" in record.getMessage():
        record.msg, record.args, record.exc_info = "An invalid request was refused.", (), None
    return True


logger_class = WithoutAddresses
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
# The control socket would lie in the home folder, and nothing of ours uses it.
control_socket_disable = True
