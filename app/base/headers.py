"""What every answer says to the browser about itself: only our own scripts and styles, no framing, nothing kept."""

import secrets
from collections.abc import Iterable

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'self'",
    "script-src 'self' 'nonce-{nonce}'",
    "style-src 'self' 'nonce-{nonce}'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)

IN_A_FRAME = (
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "sandbox",
)
"""For a page that somebody wrote, shown in a frame of ours: it runs nothing, loads nothing and leads nowhere."""

FRAMES = "X-Frame-Options"
"""Says no to every frame or to none; where some sites may, only the policy can say it."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    FRAMES: "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}

TWO_YEARS = "max-age=63072000; includeSubDomains"
BUILT = "/static/dist/assets/"


def nonce() -> str:
    """The word that marks this answer's own scripts and styles; new for every request."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def framed(html: str) -> Response:
    """A page of somebody's writing as the answer to a frame, which even opened by itself can do nothing."""
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = "; ".join(IN_A_FRAME)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def for_other_sites(response: Response, seconds: int) -> Response:
    """An answer that says nothing of anybody: every site may read it, and keep it for so many seconds."""
    g.kept_for = seconds
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def let_frame(sites: Iterable[str]) -> None:
    """Let pages of these origins show this answer in a frame; the portal itself always may."""
    g.framed_by = " ".join(("frame-ancestors", "'self'", *sites))


def install(app: Flask) -> None:
    """Add the headers to every answer, also to errors and files."""
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(_add)


def _add(response: Response) -> Response:
    policy = "; ".join((*POLICY[:-1], g.get("framed_by", POLICY[-1])))
    response.headers.setdefault("Content-Security-Policy", policy.format(nonce=nonce()))
    for name, value in ALWAYS.items():
        if name != FRAMES or "framed_by" not in g:
            response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    response.headers["Cache-Control"] = _keeping()
    return response


def _keeping() -> str:
    """Pages hold patients' data and are never kept; built files carry a hash in their name and are kept for good."""
    if "kept_for" in g:
        return f"public, max-age={g.kept_for}"
    if request.path.startswith(BUILT):
        return "public, max-age=31536000, immutable"
    if request.path.startswith("/static/"):
        return "public, no-cache"
    return "no-store"
