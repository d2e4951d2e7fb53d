"""What `make demo-harness` shows: a provider in Harness NextGen, for a person who has no account of it.

Harness is the stand-in of the tests, built from what is public about its APIs: real HTTP, a delegate that really
mails, and nothing of Harness's own. The engine and the mail server are real.
"""

from __future__ import annotations

import email
import email.policy
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from fake_harness import Account, FakeHarness, RecordedRequest
from mailservers import Authority, MailServer
from narrator import PROJECT_FOLDER, TERSE, Narrator, expect, perform
from pulumi_stack import PulumiSession, Result, Stack, secret_forms
from pulumi_stack.session import engine_path

EXAMPLE = PROJECT_FOLDER / "examples" / "harness-python"
RESOURCE = "SmtpCollaborationProvider"
HOST = "127.0.0.1"
USERNAME = "harness"
FROM_ADDRESS = "harness@example.test"
RECIPIENT = "you@example.test"


def main() -> int:
    """Run the demonstration; the exit code is 0 if everything went as it should."""
    return perform(
        on_servers,
        "Remember: this was a stand-in for Harness. docs/harness.md says what could not be known without an account.",
    )


def on_servers(say: Narrator, folder: Path) -> None:
    """Start the stand-in and a mail server, and show all steps on them."""
    password = secrets.token_urlsafe(18)
    with (
        Authority() as authority,
        MailServer(
            "starttls", authority.server_context(HOST), credentials={USERNAME: password}, login_required=True
        ) as server,
        FakeHarness() as harness,
    ):
        account = harness.add_account()
        account.delegates.ca_bundle = authority.pem
        say.heading("A stand-in for Harness, and a mail server, on this machine")
        say.remark(
            f"The stand-in answers at {harness.endpoint} as Harness NextGen does, by what is public about it; it was "
            f"never run against the live one. Its account {account.id} has one delegate, which trusts the mail "
            f"server's CA. The mail server speaks STARTTLS on port {server.port}. Nothing leaves this machine."
        )
        key = account.api_key()
        stack = Stack(
            EXAMPLE,
            folder / "harness",
            PulumiSession(folder=folder / "pulumi", engine=engine_path()),
            environment={
                "HARNESS_ENDPOINT": harness.endpoint,
                "HARNESS_ACCOUNT_ID": account.id,
                "HARNESS_PLATFORM_API_KEY": key,
            },
        )
        configuration = {
            "smtpHost": HOST,
            "smtpPort": str(server.port),
            "fromAddress": FROM_ADDRESS,
            "smtpUsername": USERNAME,
            "caCertificates": authority.pem,
            "testRecipient": RECIPIENT,
        }
        stack.config_set_all(configuration, {"smtpPassword": password})
        steps = Steps(say, stack, harness, account, server)
        steps.first_up()
        steps.second_up()
        steps.foreign_change()
        steps.refresh()
        steps.failing_delegate()
        steps.destroy((key, password))


class Steps:
    """The steps, in order; each ends the demonstration if it didn't do what is said of it.

    Args:
        say: Prints them.
        stack: The example's stack.
        harness: The stand-in.
        account: Its account.
        server: The mail server.
    """

    def __init__(self, say: Narrator, stack: Stack, harness: FakeHarness, account: Account, server: MailServer) -> None:
        self.say = say
        self.stack = stack
        self.harness = harness
        self.account = account
        self.server = server
        self._seen = 0

    def first_up(self) -> None:
        """Test from here, saves, and let the delegate test."""
        self.say.heading("`pulumi up` of examples/harness-python: tested here, saved, tested by the delegate")
        result = self.stack.up(*TERSE)
        self._show(result)
        expect(result.ok and self.account.smtp_config is not None, "`pulumi up` should have saved the config.")
        self.say.remark("The delegate's mail, as the mail server took it:")
        self.server.wait_until_idle()
        expect(len(self.server.messages) == 1, "one mail should have been sent.")
        mail = email.message_from_bytes(self.server.messages[0].content, policy=email.policy.default)
        self.say.listing("\n".join(f"{name}: {mail[name]}" for name in ("From", "To", "Subject")))
        self.say.listing(mail.get_content())

    def second_up(self) -> None:
        """Declare the same again."""
        self.say.heading("A second `pulumi up`: nothing changed, so Harness is not asked")
        result = self.stack.up(*TERSE, "--suppress-outputs")
        requests = self._show(result)
        expect(result.ok and set(result.changes) == {"same"}, "the second `pulumi up` should have changed nothing.")
        expect(not requests, "Harness should not have been asked.")

    def foreign_change(self) -> None:
        """Try to write over what somebody else changed."""
        self.say.heading("Somebody changes the From address in Harness; we change the display name: refused")
        self.account.edit_smtp_config(fromAddress="somebody@example.test")
        self._configure("displayName", "Deployments")
        result = self.stack.up(*TERSE, "--suppress-outputs")
        self._show(result)
        expect(not result.ok, "`pulumi up` should have been refused.")
        self._expect_held("Deployment notifications", "somebody@example.test")

    def refresh(self) -> None:
        """Take the foreign change in, shows it, puts it right."""
        self.say.heading("`pulumi refresh` takes the change in, the preview shows it, `pulumi up` puts it right")
        self._show(self.stack.refresh(*TERSE, "--suppress-outputs"))
        preview = self.stack.preview("--diff", *TERSE, "--suppress-outputs")
        self._show(preview)
        expect("somebody@example.test" in preview.output, "the preview should have shown the change.")
        result = self.stack.up(*TERSE, "--suppress-outputs")
        self._show(result)
        expect(result.ok, "`pulumi up` should have succeeded.")
        self._expect_held("Deployments", FROM_ADDRESS)

    def failing_delegate(self) -> None:
        """Change to a From address while the delegate can't reach the server."""
        self.say.heading("A firewall comes between delegate and mail server: the change is undone")
        self.account.delegate = "unable"
        self._configure("fromAddress", "alerts@example.test")
        result = self.stack.up(*TERSE, "--suppress-outputs")
        self._show(result)
        expect(not result.ok, "`pulumi up` should have failed.")
        self._expect_held("Deployments", FROM_ADDRESS)

    def destroy(self, hidden: Sequence[str]) -> None:
        """Delete the config, and looks for key and password in all that was written."""
        self.say.heading("`pulumi destroy`")
        result = self.stack.destroy(*TERSE, "--suppress-outputs")
        self._show(result)
        expect(result.ok and self.account.smtp_config is None, "`pulumi destroy` should have deleted the config.")
        for secret in hidden:
            forms = secret_forms(secret, USERNAME)
            expect(not self.stack.leaks(forms), "key and password should be nowhere in the clear.")
            urls = [one.target.encode() for one in self.harness.requests]
            expect(not any(form in url for form in forms.values() for url in urls), "no URL should hold them.")
        self.say.remark("API key and password are in no file, no output and no URL of these steps.")

    def _configure(self, key: str, value: str) -> None:
        self.stack.config_set(key, value)
        print(f'$ pulumi config set {key} "{value}"', flush=True)

    def _show(self, result: Result) -> list[RecordedRequest]:
        """Show a command, and what Harness was asked meanwhile."""
        self.say.command(result)
        asked, self._seen = self.harness.requests[self._seen :], len(self.harness.requests)
        self.say.remark("What Harness was asked:" if asked else "Harness was not asked.")
        if asked:
            self.say.listing("\n".join(f"{one.method} {one.path} -> {one.status}" for one in asked))
        return asked

    def _expect_held(self, name: str, from_address: str) -> None:
        held = self.account.smtp_config
        fits = held is not None and (held.name, held.value["fromAddress"]) == (name, from_address)
        expect(fits, f"Harness should hold {name!r} with {from_address}.")
        self.say.remark(f'Harness holds: "{name}", from {from_address}.')


if __name__ == "__main__":
    sys.exit(main())
