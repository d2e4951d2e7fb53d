"""What `make demo` shows: a provider that is tested before it is saved, on the real engine against a real mail server.

Everything lies in a folder below `.scratch` and is removed at the end; the servers are threads of this process.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from mailservers import Authority, MailServer
from narrator import PROJECT_FOLDER, TERSE, Narrator, expect, perform
from pulumi_stack import PulumiSession, Stack, secret_forms
from pulumi_stack.session import engine_path

from pulumi_smtp_collab import SmtpSettings, run_connectivity_test

QUICKSTART = PROJECT_FOLDER / "examples" / "quickstart-python"
RESOURCE = "SmtpCollaborationProvider"
HOST = "127.0.0.1"
USERNAME = "pipeline"
FROM_ADDRESS = "pipeline@example.test"


def main() -> int:
    """Run the demonstration; the exit code is 0 if everything went as it should."""
    return perform(
        on_servers, "Remember: `pulumi up` asks the mail server first, and saves only what the server accepted."
    )


def on_servers(say: Narrator, folder: Path) -> None:
    """Start the mail servers, and show all steps on them."""
    with mail_servers() as (authority, starttls, implicit):
        demonstrate(say, folder, authority, starttls, implicit)


def demonstrate(say: Narrator, folder: Path, authority: Authority, starttls: MailServer, implicit: MailServer) -> None:
    """All steps, in order.

    Raises:
        UnexpectedError: a step did not do what is said of it.
    """
    password = (starttls.credentials or {})[USERNAME]
    say.heading("A mail server on this machine")
    say.remark(
        f"STARTTLS on {HOST} port {starttls.port}, implicit TLS on port {implicit.port}. Both have a certificate of a "
        f"throwaway CA and take mail only after a login as {USERNAME}. Nothing leaves this machine."
    )
    session = PulumiSession(folder=folder / "pulumi", engine=engine_path())
    stack = Stack(QUICKSTART, folder / "quickstart", session)
    configuration = {
        "smtpHost": HOST,
        "smtpPort": str(starttls.port),
        "fromAddress": FROM_ADDRESS,
        "smtpUsername": USERNAME,
        "caCertificates": authority.pem,
    }
    stack.config_set_all(configuration, {"smtpPassword": password})
    first_up(say, stack, starttls)
    second_up(say, stack, starttls)
    wrong_password(say, stack, starttls, password)
    without_pulumi(say, implicit, authority, password)
    destroy(say, stack, password)


def first_up(say: Narrator, stack: Stack, server: MailServer) -> None:
    """Declare the provider; it is tested, then saved."""
    say.heading("`pulumi up` of examples/quickstart-python: tested, then saved")
    result = stack.up(*TERSE)
    say.command(result)
    expect(result.ok, "`pulumi up` should have succeeded.")
    saved = stack.resources(RESOURCE)
    expect(len(saved) == 1, "one provider should be saved.")
    say.remark("What the mail server saw of the test (credentials are masked here, by the server's own record):")
    server.wait_until_idle()
    say.listing("\n".join(server.commands))
    expect(bool(server.commands), "the server should have been asked.")
    expect(not server.messages, "the test should not have sent a mail.")
    say.remark("No mail was sent: the test ends with QUIT after the recipient was accepted.")


def second_up(say: Narrator, stack: Stack, server: MailServer) -> None:
    """Declare the same again."""
    say.heading("A second `pulumi up`: nothing changed, so nothing is done")
    connections = server.connections
    result = stack.up(*TERSE, "--suppress-outputs")
    say.command(result)
    expect(result.ok and set(result.changes) == {"same"}, "the second `pulumi up` should have changed nothing.")
    expect(server.connections == connections, "the server should not have been asked again.")
    say.remark("The mail server was not asked again.")


def wrong_password(say: Narrator, stack: Stack, server: MailServer, password: str) -> None:
    """Try to save a password that the server refuses."""
    say.heading("A wrong password: refused, and nothing is saved")
    before = stack.decrypted_resources(RESOURCE)
    logins = len(server.logins)
    stack.config_set("smtpPassword", f"not-{password}", secret=True)
    print("$ pulumi config set --secret smtpPassword ...")
    result = stack.up(*TERSE, "--suppress-outputs")
    say.command(result)
    expect(not result.ok, "`pulumi up` should have failed.")
    expect(stack.decrypted_resources(RESOURCE) == before, "what was saved before should be as it was.")
    tries = len(server.logins) - logins
    expect(tries == 1, f"the wrong password should have been tried once, not {tries} times.")
    say.remark("What was saved before is as it was. The wrong password was tried once: no account gets locked.")
    stack.config_set("smtpPassword", password, secret=True)


def without_pulumi(say: Narrator, server: MailServer, authority: Authority, password: str) -> None:
    """Run the test alone, over implicit TLS."""
    say.heading("The same test without Pulumi, over implicit TLS")
    print(">>> print(run_connectivity_test(SmtpSettings(host=..., port=..., ssl=True, username=..., password=...)))")
    settings = SmtpSettings(
        host=HOST,
        port=server.port,
        ssl=True,
        from_address=FROM_ADDRESS,
        username=USERNAME,
        password=password,
        ca_certificates=authority.pem,
    )
    report = run_connectivity_test(settings)
    say.listing(str(report))
    expect(report.passed, "the test should have passed.")


def destroy(say: Narrator, stack: Stack, password: str) -> None:
    """Remove the provider, and looks for the password in all that was written."""
    say.heading("`pulumi destroy`")
    result = stack.destroy(*TERSE, "--suppress-outputs")
    say.command(result)
    expect(result.ok and not stack.resources(), "`pulumi destroy` should have left nothing in the state.")
    leaks = stack.leaks(secret_forms(password, USERNAME))
    expect(
        not leaks,
        f"the password should be nowhere in the clear, but is in {json.dumps([str(each) for each in leaks])}.",
    )
    say.remark("The password is in no file and no output of these steps, neither in the clear nor in base64.")


@contextlib.contextmanager
def mail_servers() -> Iterator[tuple[Authority, MailServer, MailServer]]:
    """The CA and the two servers, one for each way of TLS, with a password of this run."""
    credentials = {USERNAME: secrets.token_urlsafe(18)}
    with (
        Authority() as authority,
        MailServer(
            "starttls", authority.server_context(HOST), credentials=credentials, login_required=True
        ) as starttls,
        MailServer(
            "implicit", authority.server_context(HOST), credentials=credentials, login_required=True
        ) as implicit,
    ):
        yield authority, starttls, implicit


if __name__ == "__main__":
    sys.exit(main())
