"""How a server is tested: how deep, how long, how often, and what a failure means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from pulumi_smtp_collab.model.base import Arguments
from pulumi_smtp_collab.model.hosts import normalise_endpoint
from pulumi_smtp_collab.model.settings import Faults, Mailbox, raise_first

Depth: TypeAlias = Literal["connect", "tls", "login", "sender", "recipient", "message"]
"""How deep the test goes; each depth holds the ones before it."""

DEPTHS: tuple[Depth, ...] = get_args(Depth)

ATTEMPT_SHARE = 0.4
"""How much of the deadline one attempt may take: what hangs once is tried again, and there is time left for a look."""

PROBES_SHARE = 0.15
"""How much of the deadline is left to further looks, where they may be made."""

Mode: TypeAlias = Literal["enforce", "warn", "off"]
AddressFamily: TypeAlias = Literal["any", "ipv4", "ipv6"]
SecondLook: TypeAlias = Literal["auto", "off"]
OnStaleFailure: TypeAlias = Literal["warn", "fail"]
TestFrom: TypeAlias = Literal["here", "delegate", "both"]


class ConnectivityTest(Arguments):
    """The test that runs before anything is saved.

    Raises:
        pydantic.ValidationError: An argument breaks its rule; the message names it.
    """

    depth: Depth = Field(
        default="recipient",
        description="How deep the test goes. connect: up to EHLO; tls: EHLO over TLS; login: the login is accepted; "
        "sender: MAIL FROM is accepted; recipient: RCPT TO is accepted (no mail leaves); message: a real mail is "
        "accepted.",
    )
    recipient: Mailbox | None = Field(
        default=None,
        description="Whom RCPT TO names. Required for the depth message. Where it is left out, a refusal of that "
        "mailbox itself is a warning.",
        json_schema_extra={"shown_default": "the from address"},
    )
    mode: Mode = Field(
        default="enforce",
        description="What a failed test means. enforce: nothing is saved; warn: saved with the status failed, and a "
        "warning; off: no test, saved with the status notTested.",
    )
    deadline_seconds: float = Field(
        default=60,
        ge=1,
        le=300,
        description="Seconds that the whole test may take: names, addresses, TLS, every reply, every attempt. 1 to "
        f"300. One attempt takes at most {ATTEMPT_SHARE * 100:.0f} % of it.",
    )
    attempts: int = Field(
        default=2,
        ge=1,
        le=5,
        description="How often is tried, 1 to 5, where a failure may pass by itself. Nothing is repeated after "
        "credentials were sent.",
    )
    connect_to: Annotated[str, AfterValidator(normalise_endpoint)] | None = Field(
        default=None,
        description='host:port that the test dials instead, for a tunnel or a port-forward ("localhost:2525"). What '
        "is saved, the name for TLS and the certificate's name stay those of the host.",
    )
    address_family: AddressFamily = Field(
        default="any", description="Which addresses of the host are used: any, ipv4 or ipv6."
    )
    second_look: SecondLook = Field(
        default="auto",
        description="auto: a failure that one connection can't explain (no greeting, TLS against a plain port, a "
        "closed port) is looked at by further connections without credentials, inside the deadline. off: never.",
    )
    credentials_settle_seconds: float = Field(
        default=0,
        ge=0,
        le=120,
        description="Seconds to wait, 0 to 120, before a login that was refused as wrong is repeated once, for "
        "services whose new credentials take a moment to be known. 0: it is not repeated.",
    )
    max_age_days: int | None = Field(
        default=None,
        ge=1,
        le=3650,
        description="Days, 1 to 3650, after which a verification counts as stale: the next up tests again.",
        json_schema_extra={"shown_default": "none: it does not age"},
    )
    on_stale_failure: OnStaleFailure = Field(
        default="warn",
        description="What it means when a provider that did not change fails a test that was due by age, depth or an "
        "earlier failure. warn: it is recorded and warned of, and the up goes on; fail: the up fails.",
    )
    retest_on_refresh: bool = Field(
        default=False,
        description="Runs the test in pulumi refresh too (never to the depth message) and records its outcome; it "
        "never fails the refresh.",
    )
    test_from: TestFrom | None = Field(
        default=None,
        description="Harness only: where the test runs. here: this machine; delegate: Harness's own test, by which a "
        "delegate sends a real mail with what was saved; both: first here, then there.",
        json_schema_extra={"shown_default": "both where delegate_test_recipient is given, else here"},
    )
    delegate_test_recipient: Mailbox | None = Field(
        default=None,
        description="Harness only: to whom a delegate sends the test mail. Required for delegate and both.",
    )
    allow_irreversible_test: bool = Field(
        default=False,
        description="Harness only: accepts a delegate's test after an update that can't be put back if it fails, "
        "since the password of before an adoption is not known.",
    )

    @property
    def tests_here(self) -> bool:
        """Whether this machine tests."""
        return self.test_from != "delegate"

    @property
    def tests_by_delegate(self) -> bool:
        """Whether a delegate tests."""
        default = self.test_from is None and self.delegate_test_recipient is not None
        return default or self.test_from in {"delegate", "both"}

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        raise_first(connectivity_test_faults({name: getattr(self, name) for name in type(self).model_fields}))
        return self


def connectivity_test_faults(known: Mapping[str, Any]) -> Faults:
    """Return the rules between a test's arguments that the known values break (see ``settings_faults``)."""
    faults: Faults = []
    if known.get("depth") == "message" and "recipient" in known and known["recipient"] is None:
        faults.append(("recipient", "is missing: the depth message sends a real mail, and it has to go to somebody"))
    asks_a_delegate = known.get("test_from") in {"delegate", "both"}
    if asks_a_delegate and "delegate_test_recipient" in known and known["delegate_test_recipient"] is None:
        faults.append(
            ("delegate_test_recipient", "is missing: a delegate's test sends a real mail, and it has to go to somebody")
        )
    return faults
