"""A page in a real browser without a network: what is to be read on it, and whether it fits a width."""

from __future__ import annotations

import base64
import html
import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from installed_programs import require

PHONE = 390
DESK = 1280
_SCRIPT = """
addEventListener("load", () => {
  const seen = [...document.querySelectorAll("iframe")].map(each => {
    const page = each.contentDocument;
    return {wide: page.documentElement.scrollWidth, text: page.body.innerText};
  });
  document.body.textContent = "seen:" + btoa(unescape(encodeURIComponent(JSON.stringify(seen)))) + ":seen";
});
"""


def look_at(*pages: str, widths: Sequence[int] = (PHONE, DESK)) -> list[list[str]]:
    """Return what is to be read on each page at each width, after asserting that nobody has to scroll sideways.

    Args:
        pages: Their HTML.
        widths: In CSS pixels.
    """
    frames = "".join(
        f'<iframe width="{width}" height="900" srcdoc="{html.escape(page)}"></iframe>'
        for page in pages
        for width in widths
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "frames.html"
        file.write_text(f"<!doctype html><meta charset=utf-8><body>{frames}<script>{_SCRIPT}</script>", "utf-8")
        seen = _dump(file)
    found = re.search(r"seen:([A-Za-z0-9+/=]+):seen", seen)
    assert found, seen[:2000]
    looks = json.loads(base64.b64decode(found[1]))
    for number, look in enumerate(looks):
        width = widths[number % len(widths)]
        assert look["wide"] <= width, f"at {width} pixels the page is {look['wide']} wide"
    texts = [look["text"] for look in looks]
    return [texts[begin : begin + len(widths)] for begin in range(0, len(texts), len(widths))]


def _dump(file: Path) -> str:
    browser = require("chromium", "looks at a page in a browser")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1800,1200", "--dump-dom"]
    done = subprocess.run([*command, file.as_uri()], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout
