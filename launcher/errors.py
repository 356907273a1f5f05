"""What a person is told when something cannot be started."""


class LaunchError(Exception):
    """Something cannot be started. `message` says what is wrong, `remedy` what to do; neither names a patient."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}\n{remedy}".strip())
        self.message = message
        self.remedy = remedy


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM while the launcher waited for something."""
