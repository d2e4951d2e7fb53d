"""The tables of properties in README and docs, between markers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from generators.properties import (
    ALSO,
    ARGUMENT_TYPES,
    ENCRYPTED_TEXT_OUTPUTS,
    OUTPUT_TYPES,
    OWN_OUTPUTS,
    Property,
    encrypted_text_properties,
    properties_of,
    provider_properties,
)
from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.report import Diagnosis, ServerFacts, StageResult, TestedFrom, Verification
from pulumi_smtp_collab.model.usage_scope import UsageScope, UsageScopeEntry

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def with_tables(page: str) -> str:
    """Return the page with the text between its markers made anew.

    A marker is ``<!-- begin NAME -->`` and ``<!-- end NAME -->``, each on a line of its own.
    """
    for name, table in _tables().items():
        pattern = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        page = pattern.sub(lambda match, table=table: f"{match[1]}{table}{match[2]}", page)  # type: ignore[misc]
    return page


def _tables() -> dict[str, str]:
    return {
        "quickstart": _quickstart(),
        "arguments": _arguments(provider_properties(), "SmtpCollaborationProviderArgs"),
        "connectivity-test arguments": _arguments(properties_of(ConnectivityTest)),
        "encrypted text arguments": _arguments(encrypted_text_properties(), "EncryptedTextArgs"),
        "encrypted text outputs": _outputs(ENCRYPTED_TEXT_OUTPUTS),
        "usage scope arguments": _arguments(properties_of(UsageScope)),
        "usage scope entry arguments": _arguments(properties_of(UsageScopeEntry)),
        "outputs": _outputs(OWN_OUTPUTS),
        "exit codes": _exit_codes(),
        "verification": _outputs(properties_of(Verification)),
        "verification stages": _outputs(properties_of(StageResult)),
        "verification diagnosis": _outputs(properties_of(Diagnosis)),
        "verification server": _outputs(properties_of(ServerFacts)),
        "verification tested from": _outputs(properties_of(TestedFrom)),
    }


def _quickstart() -> str:
    """Return the first program in every language, as tabs in the registry's form: the programs that the tests run."""
    programs = {
        language: (EXAMPLES / file).read_text(encoding="utf-8")
        for language, file in (
            ("typescript", "quickstart-typescript/index.ts"),
            ("python", "quickstart-python/__main__.py"),
            ("go", "quickstart-go/main.go"),
            ("yaml", "quickstart-yaml/Pulumi.yaml"),
        )
    }
    tabs = [
        f"{{{{% choosable language {language} %}}}}\n\n```{language}\n{program}```\n\n{{{{% /choosable %}}}}\n"
        for language, program in programs.items()
    ]
    return "\n".join([f'{{{{< chooser language "{",".join(programs)}" >}}}}\n', *tabs, "{{< /chooser >}}\n"])


def _exit_codes() -> str:
    rows = ["| code | class | meaning |", "|---|---|---|"]
    rows += [f"| {code.value} | {code.name.lower()} | {code.meaning} |" for code in ExitCode]
    return "\n".join(rows) + "\n"


def _arguments(properties: Iterable[Property], owner: str = "") -> str:
    rows = ["| argument (wire name) | type | default | meaning |", "|---|---|---|---|"]
    rows += [
        f"| {_names(item)} | {_argument_type(item, owner)} | {item.shown_default} | {item.description} |"
        for item in properties
    ]
    return "\n".join(rows) + "\n"


def _outputs(properties: Iterable[Property]) -> str:
    rows = ["| output (wire name) | type | meaning |", "|---|---|---|"]
    rows += [f"| {_names(item)} | {_output_type(item)} | {item.description} |" for item in properties]
    return "\n".join(rows) + "\n"


def _names(item: Property) -> str:
    return f"`{item.name}`" if item.name == item.wire else f"`{item.name}` (`{item.wire}`)"


def _argument_type(item: Property, owner: str) -> str:
    also = ALSO.get((owner, item.name))
    kind = _type(item, "" if isinstance(item.kind, str) else f"{ARGUMENT_TYPES[item.kind]}Args")
    kind = f"{kind} or `{also}`" if also else kind
    return f"{kind}, secret" if item.secret else kind


def _output_type(item: Property) -> str:
    name = ""
    if not isinstance(item.kind, str):
        name = OUTPUT_TYPES.get(item.kind) or f"{ARGUMENT_TYPES[item.kind]}Settings"
    return f"{_type(item, name)}, secret" if item.secret else _type(item, name)


def _type(item: Property, name: str) -> str:
    """Return the type in words; a nested one by the name of the class that a program writes or read."""
    kind = " \\| ".join(item.choices) or (item.kind if isinstance(item.kind, str) else f"`{name}`")
    return f"list of {kind}" if item.many else kind
