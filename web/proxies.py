"""Who really asks: headers in which a proxy tells of its client, believed from the named proxies only."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TOLD = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
OTHERS = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_REAL_IP")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BehindProxies:
    """A WSGI application that sees the client's address, scheme and host as the nearest proxy saw them.

    Of the addresses in X-Forwarded-For the last that is no named proxy counts: what stands before it, the client could
    have written. Werkzeug's ProxyFix counts proxies and asks nobody's name, so whoever gets past the proxy is believed.
    """

    def __init__(self, app: WSGIApplication, proxies: Sequence[str]) -> None:
        self._app = app
        self._proxies: list[Network] = [ipaddress.ip_network(each) for each in proxies]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        addresses, scheme, host = (environ.pop(name, "") for name in TOLD)
        for name in OTHERS:
            environ.pop(name, None)
        if self._is_proxy(environ.get("REMOTE_ADDR", "")):
            clients = [each.strip() for each in addresses.split(",")]
            while len(clients) > 1 and self._is_proxy(clients[-1]):
                clients.pop()
            if _address(clients[-1]) is not None:
                environ["REMOTE_ADDR"] = clients[-1]
            if (last := scheme.rpartition(",")[2].strip()) in ("http", "https"):
                environ["wsgi.url_scheme"] = last
            if last := host.rpartition(",")[2].strip():
                environ["HTTP_HOST"] = last
        return self._app(environ, start_response)

    def _is_proxy(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self._proxies)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
