"""The verb: what it prints first, where it listens, what it refuses."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from curation.cli import review
from curation.review.errors import ListenError
from curation.review.serve import listen
from evidence.database import Database, create_database
from evidence.errors import EvidenceError
from evidence.protocol import Protocol
from tests.command_line import Curation
from tests.places import CHECKOUT, MIGRAINE

VERB = "import curation.cli.review; from curation.cli import main; main()"


@pytest.fixture
def stored(tmp_path: Path, migraine: Protocol) -> Database:
    made = create_database(f"sqlite:///{tmp_path / 'evidence.sqlite'}", migraine)
    made.close()
    return made


def test_the_first_line_is_an_address_that_opens_once(
    stored: Database, tmp_path: Path
) -> None:
    environment = os.environ | {
        "CURATION_PROTOCOL": str(MIGRAINE),
        "CURATION_DATABASE_URL": f"sqlite:///{tmp_path / 'evidence.sqlite'}",
        "PYTHONPATH": str(CHECKOUT),
    }
    command = [sys.executable, "-c", VERB, "review", "--port", "0", "--curator", "Ann"]
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        try:
            address = server.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            with browser.open(address) as page:
                assert "0 claims await a decision" in page.read().decode()
                assert page.headers["server"] is None
            with pytest.raises(HTTPError) as refused:
                build_opener().open(address)
            assert refused.value.code == 403
            refused.value.close()
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0
        said = server.stdout.read() + server.stderr.read()
    assert address.rpartition("=")[2] not in said
    assert "Traceback" not in said


def test_a_page_never_waits_for_its_headers_to_be_acknowledged() -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        at_once = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.write(b"True" if at_once else b"False")
        writer.close()

    async def ask(listening: socket.socket) -> bytes:
        async with await asyncio.start_server(answer, sock=listening):
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            said = await reader.read()
            writer.close()
            return said

    with listen("127.0.0.1", 0) as listening:
        assert asyncio.run(ask(listening)) == b"True"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org"])
def test_it_listens_on_this_machine_only(
    curation: Curation, stored: Database, host: str
) -> None:
    ended = curation("review", "--host", host, "--curator", "ann")
    assert ended.code == 1
    assert "add --team" in ended.err
    assert ended.out == ""


def test_a_port_that_is_taken(curation: Curation, stored: Database) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = curation("review", "--port", port, "--curator", "ann")
    assert ended.code == 1
    assert f"port {port} of 127.0.0.1 cannot be used" in ended.err


def test_a_decision_needs_a_name(
    curation: Curation, stored: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "give yours with --curator" in curation("review", "--curator", " ").err

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert "does not say who you are" in curation("review").err


def test_without_a_database(curation: Curation) -> None:
    ended = curation("review", "--curator", "ann")
    assert ended.code == 1
    assert "run `curation init`" in ended.err


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_free_port(host: str) -> None:
    with listen(host, 0) as found:
        assert found.getsockname()[0] == "127.0.0.1"
        assert found.getsockname()[1] > 0


def test_its_errors_are_ours() -> None:
    assert issubclass(ListenError, EvidenceError)
    assert review.PORT == 8765
