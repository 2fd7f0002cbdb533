"""A connection that is kept between requests, and how it is known to be alive.

Before the first query of each request Django asks the server to select 1 (CONN_HEALTH_CHECKS). That
is a tenth of what a question page costs. A server that has gone away, or been restarted, has hung
up, and the kernel knows it: there is something to read where nothing was asked. Only then is the
server asked. What no kernel can know yet, a network that swallows everything, ends after TCP's own
time in either case.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, except for the look before the first query of a request."""

    health_check_enabled: bool
    health_check_done: bool

    def close_if_health_check_failed(self) -> None:
        """Close the connection where the server has hung up; a new one is made by itself."""
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        if self._has_something_to_say():
            super().close_if_health_check_failed()
        else:
            self.health_check_done = True

    def _has_something_to_say(self) -> bool:
        """Whether the server has sent, or ended, something though nothing was asked of it."""
        if self.connection is None or self.connection.closed:
            return True
        look = select.poll()
        look.register(self.connection.fileno(), select.POLLIN)
        return bool(look.poll(0))
