"""A real Postfix with Cyrus SASL: its configuration, queue, passwords and log lie in a folder that goes away."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mailservers.greylisting import Greylisting

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from mailservers.authority import Authority

_PACKAGES = ("postfix", "sasl2-bin", "libsasl2-modules", "libsasl2-modules-db")
_INSTALL = f"apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y {' '.join(_PACKAGES)}"

_SERVICES = """\
cleanup    unix n - n - 0 cleanup
qmgr       unix n - n 300 1 qmgr
rewrite    unix - - n - - trivial-rewrite
bounce     unix - - n - 0 bounce
defer      unix - - n - 0 bounce
trace      unix - - n - 0 bounce
verify     unix - - n - 1 verify
proxymap   unix - - n - - proxymap
error      unix - - n - - error
retry      unix - - n - - error
discard    unix - - n - - discard
anvil      unix - - n - 1 anvil
tlsmgr     unix - - n 1000? 1 tlsmgr
postlog    unix-dgram n - n - 1 postlogd
"""


def require_postfix() -> None:
    """Make sure of Postfix and Cyrus SASL.

    As root on Debian it installs what is missing; elsewhere it fails the test, naming the command to run.
    """
    if _installed() and os.geteuid() == 0:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.fail(f"This test runs Postfix, which takes root and these Debian packages: {_INSTALL}", pytrace=False)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # "No configuration": the package shall not start a mail server of the machine's own on port 25.
    choice = "postfix postfix/main_mailer_type select No configuration\n"
    steps = [
        (["debconf-set-selections"], choice),
        (["apt-get", "-qq", "update"], ""),
        (["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *_PACKAGES], ""),
    ]
    for command, words in steps:
        done = subprocess.run(
            command, input=words, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode != 0:
            pytest.fail(f"{' '.join(command)} failed; by hand: {_INSTALL}\n{done.stdout}{done.stderr}", pytrace=False)
    if not _installed():
        pytest.fail(f"Postfix or its SASL modules are missing after: {_INSTALL}", pytrace=False)


def _installed() -> bool:
    # sbin is not on everybody's PATH.
    programs = all(shutil.which(name, path=_path()) for name in ("postfix", "saslpasswd2"))
    modules = all(any(Path("/usr/lib").glob(f"*/sasl2/lib{name}.so")) for name in ("sasldb", "plain", "login"))
    return programs and modules


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])


class Postfix:
    """A Postfix on 127.0.0.1, running from `__enter__` (some 0.3 s) to `__exit__`; mail that it takes is discarded.

    Three ports: `port_submission` (as 587: STARTTLS and a login required), `port_implicit` (as 465: TLS from the start
    and a login required) and `port_plain` (as 25: STARTTLS offered, no AUTH before it, no relaying without a login).

    Args:
        authority: issues its certificate.
        names: the certificate's names; loopback's by default.
        credentials: user → password; a user may be an address. By default `user` with `correct-horse`.
        mechanisms: what SASL offers.
        hostname: `myhostname`, and the realm of the users.
        domain: the one that it takes mail for without a login; for others it says 554 5.7.1 "Relay access denied".
        known_recipients: if given, other addresses of the domain are unknown (550 5.1.1).
        refuse_senders: sender address → an action of access(5) such as `553 5.7.1 Not yours`; Postfix gives it at RCPT.
        greylist_seconds: a recipient is deferred (450 4.2.0 … Greylisted) until so many seconds after its first try;
            `.greylisting.deferred` lists them.
        connections_per_minute: more of them get 421 4.7.0 as a greeting.
        settings: further lines of main.cf.

    Raises:
        RuntimeError: it didn't start; with its log.
    """

    def __init__(
        self,
        authority: Authority,
        *,
        names: Sequence[str] = (),
        credentials: Mapping[str, str] | None = None,
        mechanisms: Sequence[str] = ("PLAIN", "LOGIN"),
        hostname: str = "mail.example.test",
        domain: str = "example.test",
        known_recipients: Sequence[str] | None = None,
        refuse_senders: Mapping[str, str] | None = None,
        greylist_seconds: float | None = None,
        connections_per_minute: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.host = "127.0.0.1"
        self.hostname = hostname
        self.credentials = dict(credentials or {"user": "correct-horse"})
        self.greylisting = None if greylist_seconds is None else Greylisting(greylist_seconds)
        self.port_submission = self.port_implicit = self.port_plain = 0
        self._authority = authority
        self._names = tuple(names)
        self._mechanisms = tuple(mechanisms)
        self._domain = domain
        self._known_recipients = known_recipients
        self._refuse_senders = refuse_senders or {}
        self._connections_per_minute = connections_per_minute
        self._settings = settings or {}
        self._stack = contextlib.ExitStack()
        self._folder = Path()

    def log(self) -> str:
        """Postfix's own log so far."""
        path = self._folder / "mail.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def wait_for_log(self, text: str, timeout_seconds: float = 5.0) -> str:
        """The log, once it has the text (Postfix writes it after it has answered).

        Raises:
            TimeoutError: it doesn't get there in time.
        """
        end = time.monotonic() + timeout_seconds
        while text not in (log := self.log()):
            if time.monotonic() > end:
                raise TimeoutError(f"Postfix's log lacks {text!r} after {timeout_seconds} s:\n{log}")
            time.sleep(0.01)
        return log

    def __enter__(self) -> Self:
        require_postfix()
        with contextlib.ExitStack() as stack:
            self._folder = Path(tempfile.mkdtemp(prefix="postfix-"))
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            ports = [stack.enter_context(_port_of_ours(self.host)) for _ in range(3)]
            self.port_submission, self.port_implicit, self.port_plain = ports
            if self.greylisting is not None:
                stack.enter_context(self.greylisting)
            self._write_configuration()
            stack.callback(self._stop)
            started = _run(["postfix", "-c", f"{self._folder}/etc", "start"])
            if started.returncode != 0:
                raise RuntimeError(f"Postfix did not start:\n{started.stdout}{started.stderr}{self.log()}")
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _write_configuration(self) -> None:
        folder = self._folder
        folder.chmod(0o755)  # Postfix's daemons are another user
        (folder / "etc").mkdir()
        (folder / "queue").mkdir()
        (folder / "data").mkdir()
        shutil.chown(folder / "data", "postfix")
        (folder / "senders").write_text("".join(f"{who} {action}\n" for who, action in self._refuse_senders.items()))
        (folder / "recipients").write_text("".join(f"{who} x\n" for who in self._known_recipients or ()))
        chain, key = self._authority.certificate_files(*self._names)
        shutil.copy(chain, folder / "chain.pem")
        shutil.copy(key, folder / "key.pem")
        self._write_passwords()
        settings = {**self._main_settings(), **self._settings}
        (folder / "etc" / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        (folder / "etc" / "master.cf").write_text(self._ports() + _SERVICES)
        for path in (folder / "etc" / "main.cf", folder / "senders", folder / "recipients"):
            os.utime(path, (0, 0))  # Postfix lets a table "cool down": one just written costs over a second

    def _main_settings(self) -> dict[str, str]:
        folder = self._folder
        policy = f"check_policy_service inet:127.0.0.1:{self.greylisting.port}" if self.greylisting else ""
        limit = self._connections_per_minute
        return {
            "compatibility_level": "3.6",
            "myhostname": self.hostname,
            "mydestination": self._domain,
            "mynetworks": "192.0.2.0/24",  # else loopback may relay
            "inet_interfaces": self.host,
            "inet_protocols": "ipv4",
            "queue_directory": f"{folder}/queue",
            "data_directory": f"{folder}/data",
            "maillog_file": f"{folder}/mail.log",
            "maillog_file_prefixes": str(folder),
            "alias_maps": "",
            "alias_database": "",
            "local_recipient_maps": "" if self._known_recipients is None else f"texthash:{folder}/recipients",
            "local_transport": "discard:",
            "default_transport": "discard:",
            "smtpd_peername_lookup": "no",  # no DNS: the tests' machine may have none
            "smtpd_client_event_limit_exceptions": "",
            "smtpd_client_connection_rate_limit": "0" if limit is None else str(limit),
            "smtpd_sender_restrictions": f"check_sender_access texthash:{folder}/senders",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject_unauth_destination",
            "smtpd_recipient_restrictions": policy,
            "smtpd_tls_cert_file": f"{folder}/chain.pem",
            "smtpd_tls_key_file": f"{folder}/key.pem",
            "smtpd_tls_security_level": "may",
            "smtpd_tls_auth_only": "yes",
            "smtpd_tls_loglevel": "1",
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_sasl_local_domain": self.hostname,
            "cyrus_sasl_config_path": f"{folder}/etc/sasl",
        }

    def _ports(self) -> str:
        login = "  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n"
        listen = "{}:{} inet n - n - - smtpd\n"
        return (
            listen.format(self.host, self.port_plain)
            + listen.format(self.host, self.port_submission)
            + "  -o smtpd_tls_security_level=encrypt\n"
            + login
            + listen.format(self.host, self.port_implicit)
            + "  -o smtpd_tls_wrappermode=yes\n"
            + login
        )

    def _write_passwords(self) -> None:
        database = self._folder / "sasldb2"
        # Debian's Postfix reads DIR/sasl of its configuration folder, whatever cyrus_sasl_config_path says.
        (self._folder / "etc" / "sasl").mkdir()
        (self._folder / "etc" / "sasl" / "smtpd.conf").write_text(
            f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {database}\n"
            f"mech_list: {' '.join(self._mechanisms)}\n"
        )
        for user, password in self.credentials.items():
            name, _, realm = user.partition("@")
            command = ["saslpasswd2", "-p", "-c", "-f", str(database), "-u", realm or self.hostname, name]
            done = _run(command, words=password)
            if done.returncode != 0:
                raise RuntimeError(f"saslpasswd2 did not take the user {user}: {done.stderr}")
        shutil.chown(database, group="postfix")
        database.chmod(0o640)

    def _stop(self) -> None:
        # Not `postfix stop`, which sleeps a whole second: master takes its process group along when it is told to end.
        pid_file = self._folder / "queue" / "pid" / "master.pid"
        if not pid_file.exists() or not pid_file.read_text().strip():
            return  # it never came to run
        master = int(pid_file.read_text())
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(master, number)
            end = time.monotonic() + 5.0
            while time.monotonic() < end:
                if not _lives(master):
                    return
                time.sleep(0.01)


def _lives(group: int) -> bool:
    """Whether a process of the group runs; the dead ones of a container whose init reaps late don't count."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _parent, its_group, *_rest = path.read_text("utf-8", "replace").rpartition(")")[2].split()
            if state != "Z" and int(its_group) == group:
                return True
    return False


def _run(command: Sequence[str], words: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": _path()}
    # A file, not a pipe: Postfix's daemons inherit it and would hold a pipe open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command, input=words, stdout=output, stderr=output, text=True, timeout=30, check=False, env=environment
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, "", output.read())


@contextlib.contextmanager
def _port_of_ours(host: str) -> Iterator[int]:
    """A port that nobody else is given while the block runs, though it is free for who asks for it by number.

    It is bound and nobody listens: with SO_REUSEADDR, which Postfix sets too, another socket may still take it.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((host, 0))
        yield holder.getsockname()[1]
