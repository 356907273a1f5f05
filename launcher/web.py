"""The portal under gunicorn: threads in one or more processes, each with connections of its own."""

import gc
import logging

from gunicorn.app.base import BaseApplication

from app import create_app
from config import Settings
from journeys.foundation import links, secrets

SECONDS_PER_REQUEST = 60
SECONDS_TO_FINISH = 10
REQUESTS_BEFORE_RENEWAL = 20_000


class PortalServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our settings. The application is made after the fork, so that no connection is shared."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        settings = self.settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        options = {
            "bind": f"{host}:{settings.port}",
            "worker_class": "gthread",
            "workers": settings.web_processes,
            "threads": settings.web_threads,
            "timeout": SECONDS_PER_REQUEST,
            "graceful_timeout": SECONDS_TO_FINISH,
            "max_requests": REQUESTS_BEFORE_RENEWAL,
            "max_requests_jitter": REQUESTS_BEFORE_RENEWAL // 10,
            "loglevel": settings.log_level.lower(),
            "umask": 0o077,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        logging.basicConfig(level=self.settings.log_level)
        secrets.install(secrets.Keyring.read(self.settings.key_file))
        links.install(self.settings.public_url)
        app = create_app(self.settings)
        keep_what_is_there()
        return app


def keep_what_is_there() -> None:
    """Let collections look at what requests leave behind only: to go through the application itself, which stays for
    good, stops every thread for 0.4 s."""
    gc.collect()
    gc.freeze()


def serve(settings: Settings) -> None:
    """Answer requests until a signal says stop. Never returns: gunicorn ends the process."""
    PortalServer(settings).run()
