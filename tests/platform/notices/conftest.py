"""A mail server and a message gateway, small and real, each on a port of its own."""

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail by SMTP and keeps what it was given. refused: recipients it does not know."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, refused: tuple[str, ...] = (), is_busy: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _MailTalk)
        self.refused, self.is_busy = refused, is_busy
        self.taken: list[tuple[list[str], str]] = []

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])


class _MailTalk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready" if not self.server.is_busy else "421 busy")
        recipients: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line.partition(" ")[0].upper()
            if word == "QUIT":
                self._say("221 bye")
                return
            if word == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                if address in self.server.refused:
                    self._say("550 no such person")
                    continue
                recipients.append(address)
            if word == "DATA":
                self._say("354 go on")
                self.server.taken.append((recipients, self._body()))
                recipients = []
            self._say("250 ok")

    def _body(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()).rstrip("\r\n") != ".":
            lines.append(line)
        return "".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class GatewayServer(ThreadingHTTPServer):
    """Takes signed messages by HTTP and answers with the codes it was told, the last one for ever."""

    daemon_threads = True

    def __init__(self, *codes: int) -> None:
        super().__init__(("127.0.0.1", 0), _GatewayTalk)
        self.codes = list(codes) or [200]
        self.taken: list[tuple[dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        """The address it listens at."""
        return f"http://127.0.0.1:{self.server_address[1]}/send"


class _GatewayTalk(BaseHTTPRequestHandler):
    server: GatewayServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers), body))
        code = self.server.codes.pop(0) if len(self.server.codes) > 1 else self.server.codes[0]
        answer = json.dumps({"id": f"no-{len(self.server.taken)}"}).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(answer)))
        if code == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def start() -> Iterator[Callable[[Any], Any]]:
    """Starts servers, each answering until the test ends."""
    with ExitStack() as running:

        def begin(server: Any) -> Any:
            thread = threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
            )
            thread.start()
            running.callback(thread.join)
            running.callback(server.server_close)
            running.callback(server.shutdown)
            return server

        yield begin


@pytest.fixture
def mail_server(start: Callable[[Any], Any], settings: Any) -> Callable[..., MailServer]:
    """Starts a mail server through which the platform sends from now on."""

    def begin(refused: tuple[str, ...] = (), is_busy: bool = False) -> MailServer:
        server: MailServer = start(MailServer(refused, is_busy))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.PUBLIC_URL = "https://shuibao.example"
        return server

    return begin


@pytest.fixture
def gateway_server(start: Callable[[Any], Any], settings: Any) -> Callable[..., GatewayServer]:
    """Starts a gateway for a channel, which answers with the codes given."""

    def begin(channel: str, *codes: int) -> GatewayServer:
        server: GatewayServer = start(GatewayServer(*codes))
        settings.MESSAGE_GATEWAYS = {**settings.MESSAGE_GATEWAYS, channel: (server.address, "secret")}
        return server

    return begin
