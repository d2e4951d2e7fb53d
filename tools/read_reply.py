r"""Shows how the diagnosis reads a reply: its words, whom it means, what is the matter, and what is said of it.

python tools/read_reply.py recipient "550 5.1.1 <ops@example.net>: User unknown"
python tools/read_reply.py auth "535 Error: authentication failed" --host smtp.163.com

The stages are greeting, ehlo, starttls, auth, sender (MAIL), recipient (RCPT) and message (DATA and after). A reply of
several lines is given with \n between them. The names are those of the tests: ci@example.com sends (and logs in) to
ops@example.net, from a machine that calls itself ci.example.com.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.diagnosis import diagnose
from pulumi_smtp_collab.connectivity.diagnosis.causes import CAUSES
from pulumi_smtp_collab.connectivity.diagnosis.login_causes import LOGIN_CAUSES
from pulumi_smtp_collab.connectivity.diagnosis.login_subjects import LOGIN_SUBJECTS
from pulumi_smtp_collab.connectivity.diagnosis.reading import read
from pulumi_smtp_collab.connectivity.diagnosis.rules import Rule, first_match
from pulumi_smtp_collab.connectivity.diagnosis.services import service_of
from pulumi_smtp_collab.connectivity.diagnosis.subjects import SUBJECTS
from pulumi_smtp_collab.connectivity.failure import Failure, Reply
from pulumi_smtp_collab.connectivity.failure_context import FailureContext
from pulumi_smtp_collab.model.report import StageName

_REPLYING = tuple(stage for stage in get_args(StageName) if stage not in {"dns", "connect", "tls"})


def main() -> int:
    """Print how a reply is read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=_REPLYING)
    parser.add_argument("reply", help="the whole reply, codes and all")
    parser.add_argument("--login", action="store_true", help="a login was accepted before")
    parser.add_argument("--plain", action="store_true", help="the connection is not encrypted")
    parser.add_argument("--host", default="smtp.example.com")
    given = parser.parse_args()
    failure, context = _facts(given)
    refusal = read(failure, context, service_of(given.host).wants)
    if refusal is None or refusal.code[0] not in "45":
        parser.error("This is no refusal: a reply begins with three digits, 4xx or 5xx.")
    at_login = given.stage == "auth"
    subjects, causes = (LOGIN_SUBJECTS, LOGIN_CAUSES) if at_login else (SUBJECTS, CAUSES)
    subject = first_match(subjects, refusal)
    diagnosis = diagnose(failure, context)
    print(f"words    {refusal.words!r}, code {refusal.code}, enhanced {refusal.enhanced or 'none'}")
    print(f"subject  {_shown(subject)}")
    print(f"cause    {_shown(_cause(causes, subject, refusal))}")
    print(f"code     {diagnosis.code}{', may pass by itself' if diagnosis.transient else ''}")
    print(f"summary  {diagnosis.summary}\nadvice   {diagnosis.advice}")
    return 0


def _facts(given: argparse.Namespace) -> tuple[Failure, FailureContext]:
    """Return the failure that the reply makes, and what surrounds it."""
    lines = given.reply.replace("\\n", "\n").split("\n")
    reply = Reply(int(lines[0][:3]), tuple(line[4:] for line in lines)) if lines[0][:3].isdigit() else None
    has_login = given.login or given.stage == "auth"
    login = {"username": "ci@example.com", "password": "not-the-real-one-7"} if has_login else {}
    boxes = {} if given.plain else {"start_tls": True}
    settings = SmtpSettings(host=given.host, from_address="ci@example.com", **boxes, **login)  # type: ignore[arg-type]
    failure = Failure(given.stage, "reply", reply=reply, command="AUTH PLAIN", credentials_sent=has_login)
    return failure, FailureContext(
        settings=settings,
        test=ConnectivityTest(recipient="ops@example.net"),
        now=datetime.now(timezone.utc),
        ehlo_name="ci.example.com",
        tls_version=None if given.plain else "TLSv1.3",
    )


def _cause(causes: Mapping[str, Iterable[Rule]], subject: Rule | None, refusal: object) -> Rule | None:
    return first_match(causes[subject.name], refusal) if subject else None  # type: ignore[arg-type]


def _shown(rule: Rule | None) -> str:
    return f"{rule.name}, by the rule that was seen in: {rule.seen}" if rule else "none that fits"


if __name__ == "__main__":
    sys.exit(main())
