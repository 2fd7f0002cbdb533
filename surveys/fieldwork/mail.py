"""Messages to subscribers: plain text and HTML, in their language, with a way out of them."""

from smtplib import SMTPRecipientsRefused
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from surveys.fieldwork.models import Subscriber
from surveys.fieldwork.subscribing import link_code, not_asked, take_to_ask, to_ask, was_asked


class Refused(ValueError):
    """The mail server takes nothing for this address."""


def send(subscriber: Subscriber, template: str, **told: Any) -> None:
    """Send one message: mail/TEMPLATE.subject, .txt and .html.

    Every message holds a link to leave, which mail programs offer as a button (RFC 8058).

    Raises Refused, and OSError where the server cannot be reached or takes nothing at all.
    """
    leave = absolute(reverse("updates_leave", args=[link_code(subscriber)]))
    told |= {
        "service_name": settings.SERVICE_NAME,
        "operator_name": settings.OPERATOR_NAME,
        "leave": leave,
        "language": subscriber.language,
    }
    with translation.override(subscriber.language):
        subject, text, html = (
            render_to_string(f"mail/{template}.{kind}", told) for kind in ("subject", "txt", "html")
        )
    message = EmailMultiAlternatives(
        " ".join(subject.split()),
        text,
        to=[subscriber.email],
        headers={
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    try:
        message.send()
    except SMTPRecipientsRefused as refusal:
        raise Refused("the mail server takes nothing for this address") from refusal


def absolute(path: str) -> str:
    """A path of this site as an address that works outside it."""
    return urljoin(settings.SERVICE_URL, path)


def ask_to_confirm() -> int:
    """Ask everybody who signed up whether it was they; returns how many were asked.

    Each is marked before the message goes out: killed in between, nobody gets a second one, and who
    got none signs up again.
    """
    asked = 0
    for key in to_ask():
        if (subscriber := take_to_ask(key)) is None:
            continue
        link = absolute(reverse("updates_confirm", args=[link_code(subscriber)]))
        try:
            send(subscriber, "confirm", link=link)
        except Refused:
            subscriber.delete()
        except OSError:
            not_asked(subscriber)
            raise
        else:
            was_asked(subscriber)
            asked += 1
    return asked
