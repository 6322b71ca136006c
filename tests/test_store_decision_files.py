"""Decisions that two processes write at a time are all kept."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from hubgraph.errors import StoreBusyError
from hubgraph.findings.decisions import decisions_path, dismiss, read_decisions
from hubgraph.ingest.suppressions import read_suppressions, suppressions_path
from hubgraph.store.decision_files import writing

EACH = 25
WRITER = """
import sys
from datetime import date
from pathlib import Path
from hubgraph.findings.decisions import decisions_path, dismiss
from hubgraph.ingest.suppressions import Suppression, add_suppressions, suppressions_path

root, name, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(times):
    add_suppressions(suppressions_path(root), [Suppression(f"{name}-{number}", "hide", "", "2026-01-01")])
    dismiss(decisions_path(root), f"C05-{name}{number}", "Both roles are unpaid", name, date(2026, 1, 1))
"""


def test_two_processes_that_write_at_once_lose_no_row(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name, str(EACH)])
        for name in ("one", "two")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(read_suppressions(suppressions_path(tmp_path)).rows) == 2 * EACH
    assert len(read_decisions(decisions_path(tmp_path))) == 2 * EACH
    assert not list((tmp_path / "decisions").glob("*.lock"))


def test_who_waits_too_long_for_another_writer_is_told(tmp_path: Path) -> None:
    with writing(tmp_path / "decisions"), pytest.raises(StoreBusyError, match="Another process is writing"):  # noqa: SIM117
        with writing(tmp_path / "decisions", seconds=0.05):
            pass
    dismiss(decisions_path(tmp_path), "C05-1", "Gone", "", date(2026, 1, 1))
    assert "C05-1" in read_decisions(decisions_path(tmp_path))
