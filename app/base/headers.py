"""What every answer says to the browser about itself: only our own scripts and styles, no framing, nothing kept."""

import secrets

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

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
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


def install(app: Flask) -> None:
    """Add the headers to every answer, also to errors and files."""
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "; ".join(POLICY).format(nonce=nonce())
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    response.headers["Cache-Control"] = _keeping()
    return response


def _keeping() -> str:
    """Pages hold patients' data and are never kept; built files carry a hash in their name and are kept for good."""
    if request.path.startswith(BUILT):
        return "public, max-age=31536000, immutable"
    if request.path.startswith("/static/"):
        return "public, no-cache"
    return "no-store"
