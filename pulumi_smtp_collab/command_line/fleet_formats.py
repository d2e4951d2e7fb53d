"""The fleet for machines and for a page: JSON, JUnit's XML, and HTML that needs nothing of the network."""

from __future__ import annotations

import json
from html import escape
from typing import Any
from xml.sax.saxutils import quoteattr

from pulumi_smtp_collab.command_line.fleet import Fleet, FleetRow, age_of
from pulumi_smtp_collab.model.timestamps import rfc3339

_LONGEST_DAYS = 400
_STYLE = """
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--faint:#59636e;--line:#d0d7de;
--ok:#0b63a5;--bad:#b23c00;--warn:#7a5b00}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--faint:#9aa4af;--line:#30363d;--ok:#6cb6ff;
--bad:#ff9561;--warn:#e3b341}}
*{box-sizing:border-box}body{margin:0 auto;padding:1.5rem;max-width:90rem;background:var(--bg);color:var(--fg);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0;color:var(--faint)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;
padding:.5rem .75rem;border-bottom:1px solid var(--line);
vertical-align:top;overflow-wrap:break-word}th{color:var(--faint);font-weight:600}thead th{white-space:nowrap}
.wide table{table-layout:fixed}.wide td,.wide th{overflow-wrap:anywhere}
.wide thead th:nth-child(1){width:8%}.wide thead th:nth-child(n+5){width:9%}.wide thead th:nth-child(9){width:20%}
.passed{color:var(--ok);font-weight:600}.failed{color:var(--bad);font-weight:600}
.notTested{color:var(--warn);font-weight:600}
ul{margin:0;padding-left:1.1rem}.bar{height:.8rem;border-radius:.4rem;background:var(--ok);min-width:.4rem}
.soon .bar{background:var(--bad)}.rail{background:var(--line);border-radius:.4rem;min-width:8rem}
@media(max-width:64rem){body{padding:1rem}table,tbody{display:block}
thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}tr{display:block;
border-bottom:2px solid var(--line);padding:.5rem 0}td,tbody th{display:grid;
grid-template-columns:7.5rem minmax(0,1fr);border:0;padding:.15rem 0}
td::before,tbody th::before{content:attr(data-label);color:var(--faint);font-weight:400}}
"""


def as_data(fleet: Fleet) -> dict[str, Any]:
    """Return the fleet as plain data, for --json."""
    return {
        "at": rfc3339(fleet.now),
        "retested": fleet.retested,
        "providers": [_row_as_data(row) for row in fleet.rows],
        "unread": [{"stack": stack, "reason": why} for stack, why in fleet.unread],
    }


def as_json(fleet: Fleet) -> str:
    """Return the fleet as JSON."""
    return json.dumps(as_data(fleet), indent=2, ensure_ascii=False) + "\n"


def as_junit(fleet: Fleet) -> str:
    """Return the fleet as JUnit's XML: a case for each provider, which fails where something deserves a look."""
    cases = []
    for row in fleet.rows:
        name = f"<testcase classname={quoteattr(row.stack)} name={quoteattr(row.provider)}"
        failed = f"><failure message={quoteattr(' '.join(row.findings))}/></testcase>" if row.findings else "/>"
        cases.append(f"  {name}{failed}")
    cases += [
        f'  <testcase classname={quoteattr(stack)} name="state"><error message={quoteattr(why)}/></testcase>'
        for stack, why in fleet.unread
    ]
    failures = sum(1 for row in fleet.rows if row.findings)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{len(fleet.unread)}"'
    begin = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="smtp-collab status" {counts}>'
    return "\n".join([begin, *cases, "</testsuite>"]) + "\n"


def as_html(fleet: Fleet, title: str) -> str:
    """Return the fleet as one page: no script, no font, no address that is asked for anything."""
    headings = ("Stack", "Provider", "Server", "From", "Verified", "Certificate", "Password", "Next up", "To look at")
    head = "".join(f'<th scope="col">{each}</th>' for each in headings)
    rows = "\n".join(_table_row(row, fleet, headings) for row in fleet.rows)
    unread = "".join(f"<li>{escape(stack)}: {escape(why)}</li>" for stack, why in fleet.unread)
    looked = sum(1 for row in fleet.rows if row.findings)
    source = "tested" if fleet.retested else "read from state"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>
<h1>{escape(title)}</h1>
<p>{len(fleet.rows)} providers, {looked} to look at; {source} {escape(rfc3339(fleet.now))}.</p>
<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></div>
{_certificates(fleet)}
{f"<h2>Could not be read</h2><ul>{unread}</ul>" if unread else ""}
</main></body></html>
"""


def _row_as_data(row: FleetRow) -> dict[str, Any]:
    return {
        "stack": row.stack,
        "provider": row.provider,
        "host": row.host,
        "tls": row.tls,
        "from": row.sender,
        "status": row.status,
        "checkedAt": rfc3339(row.checked_at) if row.checked_at is not None else None,
        "depth": row.depth,
        "certificateDaysLeft": row.certificate_days,
        "passwordDaysAtLeast": row.password_days,
        "nextUp": row.next_up,
        "findings": list(row.findings),
        "drift": list(row.drift),
    }


def days_of(days: int) -> str:
    """Return how long a certificate is valid, or for how long it has not been."""
    count = f"{abs(days)} {'day' if abs(days) == 1 else 'days'}"
    return f"{count} left" if days >= 0 else f"expired {count} ago"


def password_of(row: FleetRow) -> str:
    """Return how old the password is at least; empty where nobody knows, or there is none."""
    days = row.password_days
    return "" if days is None else f"at least {days} {'day' if days == 1 else 'days'} old"


def _table_row(row: FleetRow, fleet: Fleet, headings: tuple[str, ...]) -> str:
    server = f"{row.host or '[secret]'}, {row.tls or '[secret]'}"
    age = age_of(row.checked_at, fleet.now)
    verified = f"{row.status}, {age}{' ago' if age[0].isdigit() else ''}"
    days = "" if row.certificate_days is None else days_of(row.certificate_days)
    differs = [f"Its {name} differs from that of most stacks." for name in row.drift]
    found = "".join(f"<li>{escape(each)}</li>" for each in [*row.findings, *differs])
    cells = [row.provider, server, row.sender or "[secret]", verified, days, password_of(row), row.next_up]
    shown = [escape(each) for each in cells]
    shown[3] = f'<span class="{escape(row.status)}">{shown[3]}</span>'
    shown.append(f"<ul>{found}</ul>" if found else "nothing")
    data = "".join(
        f'<td data-label="{label}">{cell or "not known"}</td>' for label, cell in zip(headings[1:], shown, strict=True)
    )
    return f'<tr><th scope="row" data-label="{headings[0]}">{escape(row.stack)}</th>{data}</tr>'


def _certificates(fleet: Fleet) -> str:
    """Return the certificates on a time line, the first to expire on top."""
    known = [(row.certificate_days, row) for row in fleet.rows if row.certificate_days is not None]
    if not known:
        return ""
    known.sort(key=lambda each: (each[0], each[1].stack))
    longest = max(1, min(_LONGEST_DAYS, max(days for days, _ in known)))
    lines = []
    for days, row in known:
        width = max(0, min(100, round(100 * days / longest)))
        soon = ' class="soon"' if any("certificate" in each for each in row.findings) else ""
        lines.append(
            f'<tr{soon}><th scope="row" data-label="Provider">{escape(row.stack)}/{escape(row.provider)}</th>'
            f'<td data-label="Days left">{days_of(days)}</td><td data-label="Time line">'
            f'<div class="rail" aria-hidden="true"><div class="bar" style="width:{width}%"></div></div></td></tr>'
        )
    head = "".join(f'<th scope="col">{each}</th>' for each in ("Provider", "Days left", "Time line"))
    return f"<h2>Certificates</h2><table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
