"""Where the content folders are: beside the checkout, or inside the installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_CHECKOUT = _PACKAGE.parent.parent


def content_root() -> Path:
    """Return the folder that holds ontology/, shapes/, queries/ and data/."""
    return _BUNDLED if _BUNDLED.is_dir() else _CHECKOUT


def content(*parts: str) -> Path:
    """Return the path of a content file or folder, for example `content("queries", "internal")`."""
    return content_root().joinpath(*parts)
