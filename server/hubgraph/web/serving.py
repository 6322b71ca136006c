"""The HTTP server: waitress, with patience that ends, so that clients who are slow or silent take nothing from the others.

Waitress reads requests and sends answers in one loop and hands whole requests to its threads, so a slow client holds no
thread; but it lets each connection last as long as anything moves, and stops accepting where too many are open.
"""

import io
import resource
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from hubgraph.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

_LOOK_SECONDS: Final = 1
"""How often connections are looked over."""
_LARGEST_BODY: Final = 20_000_000
"""Bytes beyond which a body is not read; the application bounds each address below that."""
_SHARED: Final = 65_536
"""Bytes of an answer from which on it is not copied."""
_SPARE_FILES: Final = 200
_IDLE, _SENDING, _READING, _AT_WORK = range(4)
"""What a connection is doing, in the order in which they are given up: nothing, sending a request, reading an answer,
waiting for one, which is never given up."""


class Channel(HTTPChannel):
    """A connection that knows when its unfinished request began."""

    request_began = 0.0

    def received(self, data: bytes) -> bool:
        """Take what has come in."""
        before = self.request
        taken: bool = super().received(data)
        if self.request is not before:
            self.request_began = time.time()
        return taken

    def write_soon(self, data: bytes) -> int:
        """Take a part of an answer; a long one is not copied, so that those who ask the same share one."""
        if len(data) > _SHARED and type(data) is bytes:  # waitress also gives buffers
            shared = ReadOnlyFileBasedBuffer(io.BytesIO(data))
            shared.prepare()
            return super().write_soon(cast("bytes", shared))
        return super().write_soon(data)

    def stage(self) -> int:
        """Return what the connection is doing."""
        if self.requests:
            return _AT_WORK
        if self.total_outbufs_len:
            return _READING
        return _SENDING if self.request is not None else _IDLE

    def is_too_slow(self, now: float, settings: Settings) -> bool:
        """Tell whether the client has had its time: for the header, the body, a next request, or taking an answer."""
        silent = now - self.last_activity
        stage = self.stage()
        if stage == _SENDING:
            is_body = getattr(self.request, "headers_finished", False)
            return now - self.request_began > (settings.body_seconds if is_body else settings.header_seconds)
        if stage == _AT_WORK:
            # Its thread may be waiting for room in the buffer.
            return self.total_outbufs_len > self.adj.outbuf_high_watermark and silent > settings.idle_seconds
        is_new = stage == _IDLE and self.last_activity == self.creation_time
        return silent > (settings.header_seconds if is_new else settings.idle_seconds)


class Server(TcpWSGIServer):
    """A server that gives up connections: those that are too slow, and the idlest where there are too many."""

    channel_class = Channel
    settings = Settings()

    def maintenance(self, now: float) -> None:
        """Close what is too slow, and what has read least lately where too much waits to be read."""
        for channel in self._channels():
            if channel.is_too_slow(now, self.settings):
                channel.handle_close()
        unread = sum(channel.total_outbufs_len for channel in self._channels())
        for channel in sorted(self._channels(), key=lambda each: each.last_activity):
            if unread <= self.settings.unread_mb * 1024 * 1024:
                return
            if channel.stage() == _READING:
                unread -= channel.total_outbufs_len
                channel.handle_close()

    def handle_accept(self) -> None:
        """Take a new connection, and give up an older one where there are too many of one client or of all."""
        before = len(self._channels())
        super().handle_accept()
        channels = self._channels()
        if len(channels) == before:
            return
        if not self.settings.trust_proxy:
            client = channels[-1].addr[0]
            own = [each for each in channels if each.addr[0] == client]
            self._keep(own, self.settings.connections_per_client)
        self._keep(self._channels(), self.settings.connections)

    def _channels(self) -> "list[Channel]":
        """Return the open connections, the newest last."""
        return list(cast("dict[int, Channel]", self.active_channels).values())

    @staticmethod
    def _keep(channels: "list[Channel]", most: int) -> None:
        """Close the idlest beyond a number; where all are at work, the newest."""
        for _ in range(len(channels) - most):
            idle = [each for each in channels if each.stage() != _AT_WORK]
            # The last of the list has only just come, and is idle because it had no time yet.
            chosen = min(idle[:-1] or channels[-1:], key=lambda each: (each.stage(), each.last_activity))
            channels.remove(chosen)
            chosen.handle_close()


def listen(app: "Flask", settings: Settings) -> "Server | MultiSocketServer":
    """Return a server that listens at the address of the settings; raises OSError where it is not free."""
    _allow_files(settings.connections + _SPARE_FILES)
    adjustments = Adjustments(
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident="hubgraph",
        # The application judges these fields itself, and only where it was told to trust a proxy.
        clear_untrusted_proxy_headers=not settings.trust_proxy,
        asyncore_use_poll=True,
        cleanup_interval=_LOOK_SECONDS,
        # Never reached, because older connections are given up before: waitress would stop accepting.
        connection_limit=2 * settings.connections + _SPARE_FILES,
        # No thread waits for a client to read: whole answers are kept for it.
        outbuf_high_watermark=2 * settings.query_bytes,
        max_request_body_size=max(4 * settings.query_text_bytes, 4 * settings.whatif_bytes, _LARGEST_BODY),
    )
    sockets: dict[int, Any] = {}
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(adjustments.threads)
    servers = []
    for place in adjustments.listen:
        server = Server(app, sockets, dispatcher=dispatcher, adj=adjustments, sockinfo=cast("Any", place))
        server.settings = settings
        servers.append(server)
    if len(servers) == 1:
        return servers[0]
    places = [(settings.host, settings.port)]
    return MultiSocketServer(sockets, adjustments, places, dispatcher)


def _allow_files(number: int) -> None:
    """Raise the limit on open files as far as this process may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
