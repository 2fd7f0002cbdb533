"""How the web processes run; gunicorn reads this file by itself.

Embedded: one process with threads, because SQLite has one writer and the cache is the process's
own. Full: processes that serve one request each and keep their database connection
(CONN_MAX_AGE).
"""

import os

_full = "DATABASE_URL" in os.environ

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
if _full:
    worker_class = "sync"
    workers = int(os.environ.get("WEB_WORKERS", 2 * (os.cpu_count() or 1) + 1))
else:
    worker_class = "gthread"
    workers, threads = 1, 4

# Who asked is never written down: no address, no query string, no referrer, no browser.
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
# The control socket would lie in the home folder, and nothing of ours uses it.
control_socket_disable = True
