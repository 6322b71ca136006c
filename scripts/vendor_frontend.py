"""Copy govuk-frontend out of node_modules into the package, without its font and crest.

Run `npm ci --ignore-scripts` first. With `--check` nothing is written: exit 1 where the copies differ.
"""

import hashlib
import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "node_modules" / "govuk-frontend"
TARGET: Final = ROOT / "server" / "hubgraph" / "web" / "static" / "vendor" / "govuk-frontend-6.3.0"
LICENCE: Final = """The MIT License (MIT)

Copyright (C) 2023 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def stripped_css(text: str) -> str:
    """Return the style sheet without font files, the font's name, the crest and the source map."""
    text = re.sub(r"@font-face\s*\{[^}]*\}", "", text)
    text = re.sub(r"""["']?GDS Transport["']?,\s*""", "", text)
    text = re.sub(r"\.govuk-footer__copyright-logo::?before\s*\{[^}]*\}", "", text)
    text = re.sub(r"url\([^)]*govuk-crest[^)]*\)", "none", text)
    text = re.sub(r"/\*[#@] sourceMappingURL=.*?\*/", "", text)
    for forbidden in ("GDS Transport", "govuk-crest", "@font-face", "sourceMappingURL", "/assets/"):
        if forbidden in text:
            raise SystemExit(f"The style sheet still has '{forbidden}'; mend the patterns in this script.")
    return text.strip() + "\n"


def wanted() -> dict[str, bytes]:
    """Return file name → content of everything that is vendored."""
    dist = SOURCE / "dist" / "govuk"
    files = {
        "govuk-frontend.min.css": stripped_css(
            (dist / "govuk-frontend.min.css").read_text(encoding="utf-8")
        ).encode(),
        "LICENSE.txt": LICENCE.encode(),
    }
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    files["SHA256SUMS"] = "".join(lines).encode()
    return files


def main() -> int:
    """Write the copies, or compare them with `--check`."""
    files = wanted()
    if "--check" in sys.argv[1:]:
        differing = [
            name
            for name, content in files.items()
            if not (TARGET / name).is_file() or (TARGET / name).read_bytes() != content
        ]
        if differing:
            sys.stderr.write(
                f"Differs from the package: {', '.join(differing)}; run scripts/vendor_frontend.py.\n"
            )
        return 1 if differing else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (TARGET / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
