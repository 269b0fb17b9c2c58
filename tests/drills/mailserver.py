"""A mail server on loopback that does as it is told: takes mail, refuses, hangs, or breaks off (RFC 5321)."""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter
from email import message_from_bytes, policy
from typing import Any, Self

TAKES, REFUSES, HANGS, DROPS, SWALLOWS, LEAVES = "takes", "refuses", "hangs", "drops", "swallows", "leaves"
"""DROPS breaks off amid the message, SWALLOWS after taking it without a word, LEAVES after saying that it took it."""


class MailServer:
    """Takes mail in threads; `mode` may be changed at any time."""

    def __init__(self, context: ssl.SSLContext | None = None, *, is_tls: bool = False) -> None:
        self.mode = TAKES
        self.said: list[bytes] = []  # every line that was sent to it
        self.messages: list[Any] = []
        self.took: Counter[str] = Counter()  # by Message-ID
        self.to: Counter[str] = Counter()  # by address
        self._context, self._is_tls = context, is_tls
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.shut()
        for thread in self._threads:
            thread.join(30)

    def open(self) -> None:
        """Listen."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listener.settimeout(0.1)
        self._start(self._accept, self._listener)

    def shut(self) -> None:
        """Listen no more: whoever knocks is refused."""
        if self._listener is not None:
            listener, self._listener = self._listener, None
            listener.close()

    def _start(self, work: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while not self._over.is_set():
            try:
                connection, _where = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return  # it was shut
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(60)
        try:
            if self._is_tls:
                assert self._context is not None
                connection = self._context.wrap_socket(connection, server_side=True)
            self._talk(connection)
        except OSError:
            pass  # the other side went away, or will not trust us
        finally:
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        if self.mode == HANGS:
            self._over.wait(60)
            return
        connection.sendall(b"220 hello\r\n")
        with connection.makefile("rb") as stream:
            self._obey(connection, stream)

    def _obey(self, connection: socket.socket, stream: Any) -> None:
        to: list[str] = []
        while line := stream.readline():
            self.said.append(line)
            word, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            word = word.upper()
            if word == "STARTTLS":
                assert self._context is not None
                connection.sendall(b"220 go on\r\n")
                with self._context.wrap_socket(connection, server_side=True) as safe, safe.makefile("rb") as safely:
                    self._obey(safe, safely)
                return
            elif word == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            elif word == "DATA":
                connection.sendall(b"354 go on\r\n")
                if not self._take(stream, to):
                    return
                connection.sendall(b"250 taken\r\n")
                if self.mode == LEAVES:
                    return
            elif word == "RCPT" and self.mode == REFUSES:
                connection.sendall(b"451 later\r\n")
            else:
                to += [rest.partition("<")[2].partition(">")[0]] if word == "RCPT" else []
                offers = b"250-me\r\n250-STARTTLS\r\n250 OK\r\n"
                can_start = self._context is not None and not self._is_tls and word == "EHLO"
                connection.sendall(offers if can_start else b"250 OK\r\n")

    def _take(self, stream: Any, to: list[str]) -> bool:
        """Read a message; tell whether to say that it was taken."""
        lines: list[bytes] = []
        while (line := stream.readline()) != b".\r\n":
            if not line or self.mode == DROPS:
                return False
            lines.append(line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        self.messages.append(message)
        self.took[str(message["Message-ID"])] += 1
        self.to.update(to)
        return self.mode != SWALLOWS
