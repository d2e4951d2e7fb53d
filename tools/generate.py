"""Make from the model what repeats it: the typed arguments, the output types, schema.json, and what docs list.

python tools/generate.py            writes them
python tools/generate.py --check    says which differ, and fails if any does
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from generators.command_line import diagnosis_examples, report_schema  # noqa: E402 - after the path is set
from generators.docs import with_tables  # noqa: E402
from generators.python import arguments_module, choices_module, outputs_module  # noqa: E402
from generators.schema import schema_text  # noqa: E402
from generators.services import services_page  # noqa: E402


def generated() -> dict[Path, str]:
    """Return each generated file's text."""
    generated_code = ROOT / "pulumi_smtp_collab" / "resources" / "generated"
    files = {
        generated_code / "choices.py": choices_module(),
        generated_code / "arguments.py": arguments_module(),
        generated_code / "outputs.py": outputs_module(),
        ROOT / "schema.json": schema_text(),
        ROOT / "docs" / "services.md": services_page(),
        ROOT / "docs" / "connectivity-report.schema.json": report_schema(),
        ROOT / "pulumi_smtp_collab" / "command_line" / "diagnosis_examples.json": diagnosis_examples(
            (ROOT / "docs" / "diagnoses.md").read_text(encoding="utf-8")
        ),
    }
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if page.exists() and page not in files:
            files[page] = with_tables(page.read_text(encoding="utf-8"))
    return files


def main() -> int:
    """Write or checks the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs")
    check = parser.parse_args().check
    stale = [path for path, text in generated().items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{'differs' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(generated()[path], encoding="utf-8")
    if check and stale:
        print("Run `make generate` and commit what it writes.")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
