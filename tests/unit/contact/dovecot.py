"""A real Dovecot on this machine, with one mailbox: mail is put in, the server goes and comes again."""

import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from journeys.contact.channels.base import Post
from tests.spec.channel_cases import free_port
from tests.unit.contact.kannel import reachable

PROGRAM = shutil.which("dovecot")

CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/said.log
default_login_user = {account}
default_internal_user = {account}
default_internal_group = {group}
ssl = {ssl}
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
first_valid_uid = 1
passdb {{
  driver = static
  args = password=word
}}
userdb {{
  driver = static
  args = uid={account} gid={group} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    """The server; `start` and `stop` at will, the mailbox stays."""

    def __init__(self, folder: Path, security: str) -> None:
        self.folder = folder
        self.port = free_port()
        account = pwd.getpwnam("mail" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name)
        group = "mail" if os.getuid() == 0 else str(account.pw_gid)
        self.certify()
        said = CONFIGURATION.format(
            folder=folder,
            account=account.pw_name,
            group=group,
            port=self.port,
            ssl="no" if security == "none" else "yes",
        )
        (folder / "dovecot.conf").write_text(said)
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        for each in (folder, folder / "mail"):
            os.chown(each, account.pw_uid, account.pw_gid)
        self.post = Post("127.0.0.1", self.port, security, "clinic", "word")
        self.process: subprocess.Popen | None = None

    def certify(self) -> None:
        """A certificate for `localhost` that nobody else knows."""
        asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
        asked += ["-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "certificate.pem")]
        subprocess.run([*asked, *files], check=True, capture_output=True)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")], stdout=subprocess.DEVNULL
        )
        reachable(self.port)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def bring(self, raw: str) -> None:
        """Put a mail into the mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login("clinic", "word")
            client.append("INBOX", None, imaplib.Time2Internaldate(time.time()), raw.replace("\n", "\r\n").encode())


@contextmanager
def dovecot(security: str = "none") -> Iterator[Dovecot]:
    """A running server; its folder is below /tmp, because its account cannot enter pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="waymark-dovecot-", dir="/tmp"))
    folder.chmod(0o755)
    server = Dovecot(folder, security)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def until(is_so, seconds: float = 60) -> bool:
    """Whether it came to be in time."""
    pause = Event()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        pause.wait(0.1)
    return False
