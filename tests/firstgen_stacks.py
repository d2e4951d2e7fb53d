"""Stacks that save in a FirstGen account of the fake Harness, and the programs of the tests with Encrypted Text."""

from __future__ import annotations

from typing import Any

from fake_harness import Account, EncryptedText, FakeHarness, FirstGenProvider
from pulumi_stack import secret_forms
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Stack

TEXT_KIND = "dynamic/smtp-collab:EncryptedText"
"""The end of the type of an Encrypted Text."""


def text(name: str = "pw", /, **arguments: Any) -> str:
    """Return the statement that declares one Encrypted Text."""
    written = "".join(f", {key}={value!r}" for key, value in arguments.items())
    return f"{name.replace('-', '_')} = EncryptedText({name!r}{written})\n"


def text_program(*statements: str) -> str:
    """Return a program with these statements."""
    head = (
        "import pulumi\nfrom pulumi_smtp_collab import (\n    EncryptedText, SmtpCollaborationProvider, UsageScope,\n"
    )
    return f"{head}    UsageScopeEntry,\n)\n\n" + "\n".join(statements)


def saving_in(stack: Stack, target: str) -> Stack:
    """Say in the stack's committed configuration where it saves (no command: each costs a second)."""
    path = stack.folder / f"Pulumi.{stack.name}.yaml"
    written = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{written}config:\n  smtp-collab:target: {target}\n", encoding="utf-8")
    return stack


def firstgen_stack(
    make_stack: MakeStack, harness: FakeHarness, account: Account, program: str, **environment: str
) -> Stack:
    """Make a stack that saves in the account, with all else from the environment."""
    way = {
        "HARNESS_ENDPOINT": harness.endpoint,
        "HARNESS_ACCOUNT_ID": account.id,
        "HARNESS_API_KEY": account.api_key(generation="firstgen"),
    }
    return saving_in(make_stack(program, environment=way | environment), "harness-firstgen")


def texts(account: Account) -> dict[str, EncryptedText]:
    """Return the account's secrets by name."""
    return {one.name: one for one in account.encrypted_texts.values()}


def in_use(account: Account, name: str) -> tuple[FirstGenProvider, EncryptedText]:
    """Return a provider, and the secret that it refers to."""
    provider = account.firstgen_providers[name]
    assert provider.password_id is not None
    return provider, account.encrypted_texts[provider.password_id]


def assert_nothing_leaks(stack: Stack, harness: FakeHarness, *secrets: str) -> None:
    """Assert that neither the stack's files and output nor the URLs and headers of requests show a secret."""
    for secret in secrets:
        forms = secret_forms(secret, "pipeline")
        assert not stack.leaks(forms)
        for request in harness.requests:
            shown = f"{request.target} {dict(request.headers)}".encode()
            assert not any(form in shown for form in forms.values()), request.target
