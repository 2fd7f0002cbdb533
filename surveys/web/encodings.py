"""Forms are read as UTF-8, the encoding of our pages, and as no other.

Django decodes a form of several parts in whatever encoding its sender names. Python's decoders are
more than those of texts: some let half a character through, which no page and no database can take,
and some give no text at all. No browser sends a form of a UTF-8 page in any of them.
"""

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

UTF_8 = codecs.lookup("utf-8")


def only_utf_8(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: raises BadRequest for a request that names another encoding than UTF-8."""

    def answered(request: HttpRequest) -> HttpResponse:
        named = (request.content_params or {}).get("charset")
        if named is not None and not _is_utf_8(named):
            raise BadRequest("the request names an encoding that is not UTF-8")
        return get_response(request)

    return answered


def _is_utf_8(name: str) -> bool:
    try:
        return codecs.lookup(name) == UTF_8
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return False
