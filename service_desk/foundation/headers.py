"""Security headers and the nonce of the content security policy (ASVS 5.0 V3)."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request


def nonce() -> str:
    """One per response; templates put it on the single script that needs it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    value: str = g.csp_nonce
    return value


def policy() -> str:
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce()}'; style-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def set_up(app: Flask, https: bool) -> None:
    """`https` adds HSTS; every page but static files is never cached."""

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = policy()
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
        return response
