"""The mails of a deployment: text for every client, HTML that reads well, and what the engine's events say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import escape

from pulumi.automation import EngineEvent, OutputMap

WORDS = {
    "create": "create",
    "update": "change",
    "delete": "delete",
    "replace": "replace",
    "create-replacement": "replace",
    "import": "import",
}
COLOURS = {"create": "#0b63a5", "change": "#7a5b00", "replace": "#b23c00", "delete": "#b23c00", "import": "#0b63a5"}
LONGEST_VALUE = 200
LAST_LINES = 40


@dataclass(frozen=True)
class Change:
    """What is to happen to a resource: never a value, which might be secret."""

    word: str
    resource: str
    kind: str
    properties: tuple[str, ...]


@dataclass
class Watch:
    """What the engine tells while it runs."""

    changes: list[Change] = field(default_factory=list)
    diagnostics: list[str] = field(default_factory=list)

    def __call__(self, event: EngineEvent) -> None:
        if event.resource_pre_event is not None:
            step = event.resource_pre_event.metadata
            word = WORDS.get(str(getattr(step.op, "value", step.op)))
            if word is not None and not step.type.startswith("pulumi:"):
                name = step.urn.rpartition("::")[2]
                change = Change(word, name, step.type, tuple(step.diffs or ()))
                if (change.word, change.resource) not in {(each.word, each.resource) for each in self.changes}:
                    self.changes.append(change)
        if event.diagnostic_event is not None and event.diagnostic_event.severity in {"error", "warning"}:
            self.diagnostics += [line for line in event.diagnostic_event.message.splitlines() if line.strip()]


def shown_outputs(outputs: OutputMap) -> dict[str, str]:
    """The outputs as a mail may show them: a secret one by its name alone."""
    shown = {}
    for name, output in sorted(outputs.items()):
        text = "[secret]" if output.secret else str(output.value)
        shown[name] = text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
    return shown


def changes_mail(stack: str, changes: Sequence[Change], command: str) -> tuple[str, str]:
    """What is asked of the approvers, as text and HTML."""
    title = f"{stack}: {_count(changes)} to approve"
    lines = [f"  {each.word:<8} {each.resource} ({each.kind}){_of(each)}" for each in changes]
    text = "\n".join([title, "", *lines, "", command, ""])
    rows = "".join(
        f'<tr><td style="{CELL};color:{COLOURS.get(each.word, "#1f2328")};font-weight:600">{escape(each.word)}</td>'
        f'<td style="{CELL}"><strong>{escape(each.resource)}</strong><br>'
        f'<span style="color:#59636e">{escape(each.kind)}{escape(_of(each))}</span></td></tr>'
        for each in changes
    )
    return text, page(title, f'<table role="presentation" style="{TABLE}">{rows}</table><p>{escape(command)}</p>')


def done_mail(stack: str, summary: Mapping[str, int], seconds: float, outputs: Mapping[str, str]) -> tuple[str, str]:
    """What the group is told of a deployment that succeeded."""
    title = f"{stack}: deployed"
    counts = ", ".join(f"{count} {name}" for name, count in summary.items()) or "nothing changed"
    what = f"{counts}, in {seconds:.0f} s"
    text = "\n".join([title, "", what, "", *(f"  {name}: {value}" for name, value in outputs.items()), ""])
    rows = "".join(
        f'<tr><th scope="row" style="{CELL};text-align:left">{escape(name)}</th>'
        f'<td style="{CELL};overflow-wrap:anywhere">{escape(value)}</td></tr>'
        for name, value in outputs.items()
    )
    return text, page(title, f'<p>{escape(what)}</p><table style="{TABLE}">{rows}</table>')


def failed_mail(stack: str, stage: str, seconds: float, diagnostics: Iterable[str]) -> tuple[str, str]:
    """What the group is told of one that failed: the end of what the engine said, where the cause stands."""
    title = f"{stack}: {stage} failed"
    last = list(diagnostics)[-LAST_LINES:] or ["The engine said nothing; see its output."]
    text = "\n".join([title, "", f"After {seconds:.0f} s. The end of the diagnostics:", "", *last, ""])
    lines = "\n".join(escape(line) for line in last)
    box = "background:#f6f8fa;padding:12px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px"
    said = f"After {seconds:.0f} s. The end of the diagnostics:"
    return text, page(title, f'<p>{said}</p><pre style="{box}">{lines}</pre>')


def declined_mail(stack: str, who: str) -> tuple[str, str]:
    """That nobody has to look any more."""
    title = f"{stack}: not approved"
    return f"{title}\n\n{who}\n", page(title, f"<p>{escape(who)}</p>")


TABLE = "border-collapse:collapse;width:100%"
CELL = "padding:8px 12px 8px 0;border-bottom:1px solid #d0d7de;vertical-align:top"


def page(title: str, body: str) -> str:
    """HTML as mail clients like it: styles in the elements, no script, no picture, nothing of the network."""
    font = "font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:#1f2328;background:#ffffff"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"></head>'
        f'<body style="margin:0"><div style="{font};max-width:600px;padding:16px">'
        f'<h1 style="font-size:20px;margin:0 0 12px">{escape(title)}</h1>{body}</div></body></html>'
    )


def message(subject: str, to: Sequence[str], content: tuple[str, str], first: str | None) -> EmailMessage:
    """The mail; with the Message-ID of the first one of a deployment it belongs to that one's thread."""
    mail = EmailMessage()
    mail["Subject"] = subject if first is None else f"Re: {subject}"
    mail["To"] = ", ".join(to)
    mail["Auto-Submitted"] = "auto-generated"
    if first is not None:
        mail["In-Reply-To"] = mail["References"] = first
    text, html = content
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    return mail


def _count(changes: Sequence[Change]) -> str:
    return "1 change" if len(changes) == 1 else f"{len(changes)} changes"


def _of(change: Change) -> str:
    return f": {', '.join(change.properties)}" if change.properties else ""
