"""Connections that are cut once a whole call has had its time.

A socket's own clock limits one wait for a byte; a server that sends a byte now and then
never meets it, in its headers as in its body.
"""

import socket
import threading
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection


class Watchdog:
    """Cuts a connection once its time is over, whatever it is waiting for."""

    def __init__(self, connection: Any) -> None:
        self.has_cut = False
        # Taken now: a response that ends its connection takes the socket away.
        self._socket = connection.sock
        self._timer = threading.Timer(connection.timeout, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        """Leave the connection alone from now on."""
        self._timer.cancel()

    def _cut(self) -> None:
        self.has_cut = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            # Closed already: nobody waits for it any more.
            return


class _Watched:
    """A connection whose answers carry the watchdog that was set on them."""

    def getresponse(self) -> Any:
        watchdog = Watchdog(self)
        try:
            answer = super().getresponse()  # type: ignore[misc]  # a mixin
        except BaseException:
            watchdog.end()
            if watchdog.has_cut:
                raise TimeoutError from None
            raise
        answer.watchdog = watchdog
        return answer


class _HTTP(_Watched, HTTPConnection):
    pass


class _HTTPS(_Watched, HTTPSConnection):
    pass


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HTTP


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPS


class WatchedAdapter(HTTPAdapter):
    """Requests' adapter over watched connections."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Watch what goes out directly."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Watch what goes out through a proxy."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}
