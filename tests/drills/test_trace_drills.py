"""What was taken back or was no request leaves nothing readable behind."""

import socket

import pytest

from tests.drills.installation import Installation, wait_until
from tests.drills.visitor import Visitor, free_port

SEND = """
from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.drafts import begin_draft, save_page
from surveys.fieldwork.submission import submit
wave = Wave.objects.get(slug="wave")
secret = begin_draft(wave=wave, language="en")
save_page(secret, {"aware": "no", "comment": "The canary sang at dawn."})
receipt = submit(secret)
assert collect_wave(wave.pk, everything=True) == 1
say(receipt.withdrawal_code)
"""


def test_a_comment_that_was_taken_back_is_in_no_file(installation: Installation) -> None:
    if installation.database_url is not None:
        pytest.skip("runs on SQLite only: PostgreSQL's files are the server's")
    code = installation.run(SEND)
    withdraw = "from surveys.fieldwork.withdrawal import withdraw\n"
    withdraw += f"withdraw({code!r})\nimport time; say(True)"
    installation.run(withdraw)
    files = [path for path in (installation.folder / "var").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if b"canary" in path.read_bytes()] == []


def test_no_log_names_the_address_of_who_sends_what_is_no_request(
    installation: Installation,
) -> None:
    port = free_port()
    installation.web(port, workers=1)
    wait_until(Visitor(port).is_served)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sender:
        sender.sendall(b"GET\x00 / HTTP/9.9\r\n\r\n")
        sender.recv(1000)
    log = installation.folder / "web.log"
    wait_until(lambda: "An invalid request was refused." in log.read_text())
    assert "ip=" not in log.read_text()
    assert "127.0.0.1" not in log.read_text().partition("Booting worker")[2]
