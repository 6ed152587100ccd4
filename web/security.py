"""What protects the pages: headers on every answer, the hosts that are answered, form tokens, the session's cookie.

Nothing is loaded from elsewhere and nothing inline runs, so the Content-Security-Policy needs no exception; anything
that would need one has to be written differently.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from flask import Flask, Response, g, request
from werkzeug.exceptions import SecurityError

from kb.settings import Settings
from web.assets import Assets

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 31_536_000


def secure(app: Flask, settings: Settings, assets: Assets) -> None:
    """Set the protections up; call it before any page is registered."""
    app.config.update(
        SECRET_KEY=settings.secret_key(),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Browsers send it over https only, and take a cookie of that name from nobody but this very host.
        SESSION_COOKIE_SECURE=not settings.plain_http,
        SESSION_COOKIE_NAME="caveat" if settings.plain_http else "__Host-caveat",
    )
    app.before_request(lambda: refuse_other_hosts(request.host, settings.hosts))

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.extend(HEADERS)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        if request.endpoint == "static":
            name = (request.view_args or {}).get("filename", "")
            kept = assets.is_current(name, request.args.get("v"))
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if kept else "no-cache"
        elif g.get("visitor") is not None or request.path == "/sign-in":
            # What somebody saw who was signed in is not for whoever uses the browser next.
            response.headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-cache"
        return response


def refuse_other_hosts(asked: str, hosts: Collection[str]) -> None:
    """Raise SecurityError (400) where a page is asked for under a name that is not in `hosts`, whatever the port.

    Otherwise a site elsewhere could point its own name at this machine and read the pages through a visitor's browser
    (DNS rebinding). Flask's TRUSTED_HOSTS does the same but takes no IPv6 address.
    """
    name = re.sub(r":[0-9]+\Z", "", asked).casefold()
    if name not in {host.casefold() for host in hosts}:
        raise SecurityError(f"Host {asked!r} is not answered.")
