"""Text that is safe in a cell of a spreadsheet."""

import re
from typing import Final

_PLAIN_NEGATIVE: Final = re.compile(r"-(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def safe_cell(text: str, *, number: bool = False) -> str:
    """Return a cell that no spreadsheet takes for a formula; plain negative numbers stay as they are."""
    if not text.startswith(("=", "+", "-", "@", "\t", "\r")):
        return text
    if number or _PLAIN_NEGATIVE.fullmatch(text):
        return text
    return f"'{text}"
