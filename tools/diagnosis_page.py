"""Makes docs/diagnoses.md: every code of the diagnosis, with an example of what a person reads.

python tools/diagnosis_page.py            writes the page
python tools/diagnosis_page.py --check    fails where it differs

The examples come from real tests against scripted servers that fail in each way; what no server here can bring about
comes from the diagnosis itself, from facts as the wire gives them, and is marked so.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tools")]

from diagnosis_cases import CASES, NOW, Case  # noqa: E402 - after the path is set
from diagnosis_cases.case import SETTINGS  # noqa: E402
from diagnosis_servers import Stand, scene  # noqa: E402
from mailservers import Authority  # noqa: E402

from pulumi_smtp_collab.connectivity.diagnosis import diagnose, diagnosis_codes  # noqa: E402
from pulumi_smtp_collab.connectivity.diagnosis.codes import DiagnosisCode  # noqa: E402
from pulumi_smtp_collab.connectivity.machine import Machine  # noqa: E402
from pulumi_smtp_collab.connectivity.plan import Plan  # noqa: E402
from pulumi_smtp_collab.connectivity.run import report_on  # noqa: E402
from pulumi_smtp_collab.connectivity.server_gate import Gate  # noqa: E402
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest  # noqa: E402
from pulumi_smtp_collab.model.report import STAGES, Diagnosis  # noqa: E402
from pulumi_smtp_collab.model.settings import SmtpSettings  # noqa: E402

PAGE = ROOT / "docs" / "diagnoses.md"
_RECIPIENT = "ops@example.net"
_AT_ONCE = 6
_EMPTY_STORE = "tls-empty-trust-store"
_PARTS = ("Any stage", *STAGES)

_INTRODUCTION = """\
# Diagnoses

Why a connectivity test failed: `diagnosis.code` of the report and of the output `last_verification`. A code keeps its
name and its meaning; new ones may come. `diagnosis_codes()` lists them in a program:

```python
from pulumi_smtp_collab import diagnosis_codes

for row in diagnosis_codes():
    print(row.code, row.stages, row.transient, row.meaning)
```

`transient` says that the failure may pass by itself. Repeating is another matter: the test repeats only what failed
before credentials were sent, and never a 421.

The examples were made by tests of scripted servers at `smtp.example.com`; ports, times and addresses are replaced. One
that is marked "constructed" could not be brought about by a server on one machine, and shows what is said of facts that
were put together by hand.

This page is made by `python tools/diagnosis_page.py`.
"""


def page() -> str:
    """Return the page."""
    _trust_nothing_but(Authority("Somebody's CA").pem)
    together = [row for row in diagnosis_codes() if row.code != _EMPTY_STORE]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        examples = dict(zip([row.code for row in together], pool.map(_example, together), strict=True))
    _trust_nothing_but("")
    examples[_EMPTY_STORE] = next(_example(row) for row in diagnosis_codes() if row.code == _EMPTY_STORE)
    parts = [_INTRODUCTION, _table(diagnosis_codes())]
    for part in _PARTS:
        parts.append(f"## {part}\n")
        parts += [examples[row.code] for row in diagnosis_codes() if _part(row) == part]
    return "\n".join(parts)


def _part(row: DiagnosisCode) -> str:
    return "Any stage" if row.stages == STAGES else row.stages[0]


def _table(rows: Sequence[DiagnosisCode]) -> str:
    lines = ["| code | stage | meaning | transient |", "|---|---|---|---|"]
    lines += [
        f"| [`{row.code}`](#{row.code}) | {_stages(row)} | {row.meaning} | {'yes' if row.transient else 'no'} |"
        for row in sorted(rows, key=lambda row: _PARTS.index(_part(row)))
    ]
    return "\n".join(lines) + "\n"


def _stages(row: DiagnosisCode) -> str:
    return "any" if row.stages == STAGES else ", ".join(row.stages)


def _example(row: DiagnosisCode) -> str:
    cases = [case for case in CASES if case.code == row.code]
    tested = next(filter(None, (_tested(case) for case in cases)), None)
    diagnosis = tested or diagnose(cases[0].failure, cases[0].failure_context)
    if diagnosis.code != row.code:
        raise RuntimeError(f"The example for {row.code} came out as {diagnosis.code}: {diagnosis.summary}")
    made = "" if tested else "Constructed.\n\n"
    where = f"{_stages(row)}; {'may pass by itself' if row.transient else 'does not pass by itself'}"
    message = f"Seen: {diagnosis.summary}\nFix: {diagnosis.advice}"
    return f"### {row.code}\n\n{row.meaning} ({where})\n\n{made}```text\n{message}\n```\n"


def _tested(case: Case) -> Diagnosis | None:
    """Return the diagnosis of a real test; None where nothing here can make it fail in that way."""
    with Authority("Example CA") as authority:
        if case.failure.stage == "dns":
            stand = Stand(0, test={"deadline_seconds": 3} if case.failure.kind == "deadline" else {})
            return _shown(_diagnosis(case, stand, authority), 0, case)
        made = scene(case, authority)
        if made is None:
            return None
        with made as stand:
            return _shown(_diagnosis(case, stand, authority), stand.port, case)


def _diagnosis(case: Case, stand: Stand, authority: Authority) -> Diagnosis:
    stage = case.failure.stage
    settings = {**SETTINGS, "ehlo_name": "ci.example.com", "ca_certificates": authority.pem, **case.settings}
    test: dict[str, Any] = {"attempts": 1, "recipient": _RECIPIENT, **case.test, **stand.test}
    if stage == "message" or case.code == "greylisted":
        test["depth"] = "message"  # a greylist lets less deep tests pass
    if stand.port and not stand.direct:
        test["connect_to"] = f"127.0.0.1:{stand.port}"
    machine = Machine(resolver=lambda _host, port, _family: _resolve(case, port), name="ci.example.com")
    gate = Gate()
    report = None
    for _ in range(2 if stand.twice else 1):
        arguments = SmtpSettings(**{**settings, **stand.settings})
        report = report_on(Plan.of(arguments, ConnectivityTest(**test), machine, label="shop/prod/mail"), gate)
    if report is None or report.diagnosis is None:
        raise RuntimeError(f"The test for {case} passed.")
    return report.diagnosis


def _resolve(case: Case, port: int) -> list[tuple[Any, ...]]:
    """Stand for the DNS: it answers as the case says, or not in time."""
    if case.failure.stage != "dns":
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    if case.failure.kind == "deadline":
        time.sleep(2)
    raise case.failure.error or socket.gaierror(socket.EAI_AGAIN, "no answer")


def _shown(diagnosis: Diagnosis, port: int, case: Case) -> Diagnosis:
    """Return the diagnosis without what differs from run to run: ports, addresses, times, OpenSSL's wording."""
    real = case.failure_context.settings.port
    texts = []
    for text in (diagnosis.summary, diagnosis.advice):
        shown = text.replace(f" (dialled: 127.0.0.1:{port})", "")
        shown = shown.replace(f"127.0.0.1:{port}", f"192.0.2.10:{real}").replace("127.0.0.1", "192.0.2.99")
        shown = re.sub(rf"\b{port}\b", str(real), shown) if port else shown
        shown = re.sub(r"after \d+\.\d s", "after 24.0 s", shown)
        shown = re.sub(r"take \d+ s, one attempt [\d.]+ s", "take 60 s, one attempt 24 s", shown)
        shown = re.sub(r"\b\d+ s ago", "12 s ago", shown)
        shown = re.sub(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(Z| UTC)", _moved, shown)
        shown = re.sub(r"\[SSL: (\w+)\][a-z0-9/ ]*", lambda found: f"[SSL: {found[1]}]", shown)
        texts.append(shown)
    return diagnosis.model_copy(update={"summary": texts[0], "advice": texts[1]})


def _moved(found: re.Match[str]) -> str:
    """Return a moment as far from the examples' day as it was from today."""
    moment = datetime.fromisoformat(found[0][:19]).replace(tzinfo=timezone.utc)
    days = round((moment - datetime.now(timezone.utc)).total_seconds() / 86400)
    shown = datetime.fromordinal(NOW.toordinal() + days).replace(hour=12)
    return f"{shown:%Y-%m-%d}{found[1]}{shown:%H:%M:%S}{found[2]}"


def _trust_nothing_but(certificates: str) -> None:
    """Return OpenSSL another trust store: what this machine trusts must not show in the page."""
    store = Path(_store.name) / f"store-{len(certificates)}.pem"
    store.write_text(certificates, "ascii")
    os.environ["SSL_CERT_FILE"], os.environ["SSL_CERT_DIR"] = str(store), str(store.parent / "none")


_store = tempfile.TemporaryDirectory()


def main() -> int:
    """Write or checks the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the page differs")
    check = parser.parse_args().check
    if not sys.platform.startswith("linux"):
        print("The examples hold what Linux says of a failed connection; they are made and checked there.")
        return 0
    text = page()
    if PAGE.exists() and PAGE.read_text("utf-8") == text:
        return 0
    print(f"{'differs' if check else 'written'}: {PAGE.relative_to(ROOT)}")
    if check:
        stands = PAGE.read_text("utf-8") if PAGE.exists() else ""
        print(
            "\n".join(difflib.unified_diff(stands.splitlines(), text.splitlines(), "stands", "made now", lineterm=""))
        )
        print("Run `python tools/diagnosis_page.py` and commit what it writes.")
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
