"""The example whose mails go around a deployment: run on the engine, its mails read at a real server."""

from __future__ import annotations

import email
import email.policy
import subprocess
import sys
from pathlib import Path

import pytest
from browser import look_at
from mailservers import MailServer, closed_port
from pages import PROJECT_FOLDER
from programs import Code, declaration, program
from pulumi_stack import PulumiSession, secret_forms
from pulumi_stack.fixtures import MakeStack

pytestmark = pytest.mark.engine

EXAMPLE = PROJECT_FOLDER / "examples" / "deployment-mails-python"
PASSWORD = "canary-of-the-mails"
SECRET = "canary-of-the-outputs"
APPROVER, GROUP = "lead@example.net", ["ops@example.net", "team@example.net"]
EXPORTS = """
for name, output in {"smtpHost": mail.host, "smtpPort": mail.port, "smtpTls": mail.tls_mode,
    "fromAddress": mail.from_address, "smtpUsername": mail.username, "smtpPassword": mail.password}.items():
    pulumi.export(name, output)
"""
# What is deployed needs a server of its own, so that it can fail while the mails arrive.
APPLICATION = program(
    "import os",
    declaration("shop-<mail>", host="localhost", port=Code('int(os.environ["SHOP_PORT"])'), from_address="s@a.test"),
    exports=f'pulumi.export("url", "https://shop.example.test/?a=1&b=<2>")\n'
    f'pulumi.export("apiKey", pulumi.Output.secret({SECRET!r}))\n',
)  # fmt: skip


def read(server: MailServer) -> list[email.message.EmailMessage]:
    """The mails that the server took, as a mail client reads them."""
    mails = [email.message_from_bytes(each.content, policy=email.policy.default) for each in server.messages]
    assert not any(mail.defects for mail in mails)
    return [mail for mail in mails if isinstance(mail, email.message.EmailMessage)]


def parts(mail: email.message.EmailMessage) -> tuple[str, str]:
    """Its text and its HTML."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_a_deployment_is_told_before_and_after(make_stack: MakeStack) -> None:
    """Declined, approved, failed: who gets what, one thread each, no value of a change and no secret in any mail."""
    with MailServer(credentials={"ci": PASSWORD}, plaintext_login=True) as server, MailServer() as shop:
        login = {"username": "ci", "password": PASSWORD, "from_address": "ci@example.test"}
        mail = make_stack(
            program(declaration("mail", host="localhost", port=server.port, **login), exports=EXPORTS), project="mails"
        )
        mail.up().succeeded()
        project = mail.workspace / "shop"
        project.mkdir()
        (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
        (project / "__main__.py").write_text(APPLICATION.replace("shop_<mail>", "shop"), encoding="utf-8")
        mail.run("--cwd", str(project), "stack", "init", "dev").succeeded()

        def deploy(*more: str, port: int, answer: str = "") -> subprocess.CompletedProcess[str]:
            given = ["--stack", "dev", "--mail-project", str(mail.folder), "--approvers", APPROVER, "--group", *GROUP]
            return subprocess.run(
                [sys.executable, str(EXAMPLE / "deploy.py"), str(project), *given, *more],
                env={**mail.environment, "SHOP_PORT": str(port)}, input=answer,
                capture_output=True, text=True, check=False, timeout=240,
            )  # fmt: skip

        declined = deploy(port=shop.port, answer="yes\n")
        assert declined.returncode == 1, declined.stdout + declined.stderr
        done = deploy(port=shop.port, answer="dev\n")
        assert done.returncode == 0, done.stdout + done.stderr
        with closed_port() as nobody:
            failed = deploy("--approve", port=nobody)
        assert failed.returncode == 1

        mails = read(server)
        to = [[each.addr_spec for each in one["To"].addresses] for one in mails]
        assert to == [[APPROVER], [APPROVER], [APPROVER], GROUP, [APPROVER], GROUP]
        for first, second in zip(mails[::2], mails[1::2], strict=True):
            assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
            assert second["Subject"] == f"Re: {first['Subject']}"
            assert first["Subject"].startswith("shop/dev, ")
            assert first["References"] is None
            assert first["Auto-Submitted"] == second["Auto-Submitted"] == "auto-generated"
        (asked, no), (again, told), (_, broken) = zip(map(parts, mails[::2]), map(parts, mails[1::2]), strict=True)
        assert "shop/dev: 1 change to approve" in asked[0]
        assert "create   shop-<mail> (" in asked[0]
        assert asked == again
        assert "not approved" in no[0]
        assert "create" in told[0]
        assert "apiKey: [secret]" in told[0]
        assert "url: https://shop.example.test/?a=1&b=<2>" in told[0]
        assert "[connect-refused]" in broken[0]
        assert "Fix: " in broken[0]
        assert "<{%" not in broken[0], "the engine's marks of colours"
        assert "<mail>" not in asked[1]

        told_all = (asked, no, told, broken)
        for (text, _), looks in zip(told_all, look_at(*(html for _, html in told_all)), strict=True):
            words = [line.split(":")[0].strip() for line in text.splitlines()]
            for shown in looks:
                assert not [word for word in words if word.isalpha() and word not in shown]
        assert not mail.leaks(secret_forms(PASSWORD, "ci"))
        printed = [
            declined.stdout,
            done.stdout,
            failed.stdout,
            failed.stderr,
            *(each for one in told_all for each in one),
        ]
        for secret in (PASSWORD, SECRET):
            for name, form in secret_forms(secret, "ci").items():
                assert not [text for text in printed if form.decode() in text], name


def test_it_is_an_example_as_a_person_would_copy_it() -> None:
    """It names its requirements, and its page shows how it is called."""
    assert (EXAMPLE / "requirements.txt").read_text("utf-8").strip() == "pulumi-smtp-collab"
    shown = (EXAMPLE / "README.md").read_text("utf-8")
    options = [word for word in shown.split() if word.startswith("--") and word.strip("`").removeprefix("--").isalpha()]
    source = Path(EXAMPLE / "deploy.py").read_text("utf-8")
    assert all(f'"{option}"' in source for option in options)


def test_a_wrong_address_ends_it_before_anything_is_done(pulumi_session: PulumiSession, tmp_path: Path) -> None:
    """Whoever is to be asked or told has to be a mail address: else the option is named, with exit code 2."""
    given = [str(tmp_path), "--stack", "dev", "--mail-project", str(tmp_path), "--group", "ops@example.net"]
    done = subprocess.run(
        [sys.executable, str(EXAMPLE / "deploy.py"), *given, "--approvers", "lead"],
        env=pulumi_session.environment(tmp_path / "backend"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "argument --approvers: 'lead' is no mail address" in done.stderr
