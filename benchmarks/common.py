"""What the benchmark scripts share: the data folder, the machine line, and writing results."""

import os
import platform
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph

HERE = Path(__file__).resolve().parent
ENGLAND = HERE.parent.parent / "shared" / "data" / "england"


def england() -> Path:
    """Return the folder of England-wide files, from the command line or beside the checkout."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ENGLAND
    if not folder.is_dir():
        sys.exit(f"No folder {folder.name} with the England-wide files; give its path.")
    return folder


def machine() -> str:
    """Return one line about the machine and the versions that decide the figures."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"pyoxigraph {pyoxigraph.__version__}, load average {load:.1f} at the start"
    )


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    nearest = min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))
    return statistics.median(ordered) * 1000, ordered[nearest] * 1000


def publish(name: str, title: str, command: str, lines: Sequence[str]) -> None:
    """Print a result and write it to results/."""
    text = "\n".join([f"# {title}", "", f"`{command}` · {machine()}", "", *lines, ""])
    print(text)
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / f"{name}.md").write_text(text)
