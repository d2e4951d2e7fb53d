"""What the command line has of the docs, and the docs of its JSON."""

from __future__ import annotations

import json
import re

from pulumi_smtp_collab.model.report import ConnectivityReport

_EXAMPLE = re.compile(
    r"^### (?P<code>[a-z0-9-]+)\n(?P<words>.*?)^```text\nSeen: (?P<seen>.*?)\nFix: (?P<fix>.*?)\n```",
    re.MULTILINE | re.DOTALL,
)


def diagnosis_examples(page: str) -> str:
    """Return the examples of docs/diagnoses.md as JSON, for `smtp-collab explain`.

    Args:
        page: The page's text.
    """
    examples = {found["code"]: {"seen": found["seen"], "fix": found["fix"]} for found in _EXAMPLE.finditer(page)}
    return json.dumps(examples, indent=1, ensure_ascii=False) + "\n"


def report_schema() -> str:
    """Return the JSON Schema of the report, which `smtp-collab test --json` prints."""
    return json.dumps(ConnectivityReport.model_json_schema(mode="serialization"), indent=2) + "\n"
