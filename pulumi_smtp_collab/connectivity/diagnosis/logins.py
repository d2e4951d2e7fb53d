"""Causes of a login that was refused, or that could not even be tried."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding
from pulumi_smtp_collab.connectivity.diagnosis.login_causes import LOGIN_CAUSES
from pulumi_smtp_collab.connectivity.diagnosis.login_subjects import LOGIN_SUBJECTS
from pulumi_smtp_collab.connectivity.diagnosis.login_words import BASIC_GONE_PAGE, LOGIN_WORDS
from pulumi_smtp_collab.connectivity.diagnosis.reading import Refusal, read
from pulumi_smtp_collab.connectivity.diagnosis.replies import finding_for
from pulumi_smtp_collab.connectivity.diagnosis.rules import first_match
from pulumi_smtp_collab.connectivity.diagnosis.services import APP_PASSWORD
from pulumi_smtp_collab.model.unusual_settings import whitespace_around

_FULL_ADDRESS: Final = "Many services want the full mail address as username."
_SETTLE: Final = "If they were made a moment ago, credentials_settle_seconds=30 waits and asks once more."


def login_cause_of(refusal: Refusal) -> str | None:
    """Return the code of why a login was refused; None where no rule knows."""
    subject = first_match(LOGIN_SUBJECTS, refusal)
    cause = first_match(LOGIN_CAUSES[subject.name], refusal) if subject else None
    return cause.name if cause else None


def login_finding(facts: Facts) -> Finding:
    """Name why the server refused the login."""
    failure = facts.failure
    refusal = read(failure, facts.around, facts.service.wants)
    code = login_cause_of(refusal) if refusal and refusal.code[0] in "45" else None
    if code not in LOGIN_WORDS:
        return finding_for(facts, code, refusal)
    if code == "auth-wrong-or-new-credentials" and facts.around.test.credentials_settle_seconds:
        code = "auth-wrong-credentials"  # they had their time to settle
    return _with_login_words(facts).finding(code, LOGIN_WORDS[code])


def _with_login_words(facts: Facts) -> Facts:
    username = facts.around.settings.username or ""
    said = facts.failure.reply.text.lower() if facts.failure.reply else ""
    tenant = "tenant" in said or "organi" in said
    service, settled = facts.service, facts.around.test.credentials_settle_seconds
    page = f"{service.name} says how: {service.page}" if service.page else ""
    microsoft = service.name.startswith("Microsoft")
    return facts.with_words(
        settle=_whitespace(facts) or ("" if settled or service.login else _SETTLE),
        encrypted="" if facts.over_tls else f"use TLS ({facts.submission}); else ",
        full_address="" if "@" in username or service.login else _FULL_ADDRESS,
        service_login=f"{service.name}: {service.login}" if service.login else "",
        service_page=page,
        or_app_password="An app password may be asked for instead." if service.wants == APP_PASSWORD else "",
        basic_gone_page=f"{service.name} says more: {BASIC_GONE_PAGE}" if microsoft else "",
        disabled_for="the tenant" if tenant else "the mailbox",
        mechanism=facts.failure.command.removeprefix("AUTH ") or "this kind of login",
        offered=f"it answers {facts.failure.command or 'AUTH'} with {facts.said}",
        tls=f": it answers {facts.failure.command or 'AUTH'} with {facts.said}",
    )


def _whitespace(facts: Facts) -> str:
    """Say that the password has whitespace around it, which nobody sees; the password itself is not shown."""
    password = facts.around.settings.password
    around = whitespace_around(password.get_secret_value()) if password is not None else ""
    return f"The password {around}: remove it, unless it is meant." if around else ""


def no_login_finding(facts: Facts) -> Finding:
    """Name why no login could be tried."""
    around, kind = facts.around, facts.failure.kind
    starttls = facts.offers("STARTTLS")
    words = facts.with_words(
        offered=f"AUTH offers {', '.join(facts.failure.mechanisms) or 'nothing'}",
        tls=f" after EHLO over {around.tls_version}" if around.tls_version else "",
        encrypted=f"start_tls=True with port={facts.port}" if starttls else facts.submission,
    )
    if kind == "no-mechanism":
        code = "auth-no-mechanism"
    elif kind == "plaintext-login":
        code = "auth-plaintext-login"
    else:
        code = "auth-hidden-until-tls" if starttls and not around.tls_version else "auth-not-offered"
    return words.finding(code, LOGIN_WORDS[code])
