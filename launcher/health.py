"""/health and /ready for parts that are no web server: a small server in a thread.

/health says that the process answers; /ready that everything it stands on answers too, with one word for each. A part
that is not ready answers 503. What is wrong in detail is in the log, not in the answer: everybody may ask.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from launcher.ports import next_free

logger = logging.getLogger(__name__)

Check = Callable[[], object]
"""Returns when all is well, raises when not."""


@contextmanager
def serving(host: str, port: int, checks: Mapping[str, Check]) -> Iterator[int]:
    """Answer during the block, on the given port or the next free one; gives the port."""
    port = next_free(host, port)
    with ThreadingHTTPServer((host, port), _handler(checks)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
        try:
            yield port
        finally:
            server.shutdown()


def answer(path: str, checks: Mapping[str, Check]) -> tuple[int, dict[str, object]]:
    """The status and the content for a path; no content for a path that is not one of the two."""
    if path == "/health":
        return 200, {"status": "ok"}
    if path != "/ready":
        return 404, {}
    results = {name: _result(name, check) for name, check in checks.items()}
    is_ready = all(result == "ok" for result in results.values())
    return (200 if is_ready else 503), {"status": "ok" if is_ready else "not ready", "checks": results}


def _result(name: str, check: Check) -> str:
    try:
        check()
    except Exception as error:
        logger.warning("Not ready: %s (%s)", name, type(error).__name__)
        return "failed"
    return "ok"


def _handler(checks: Mapping[str, Check]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = answer(self.path.partition("?")[0], checks)
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Questions are not worth a line in the log."""

    return Handler
