"""Throw-away folders go with their process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hubgraph.errors import StoreError
from hubgraph.store.scratch import remove_scratch, scratch

KILLED = """
import os, sys
from pathlib import Path
from hubgraph.store.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "copy").write_text("bytes of a generation")
    os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_left_goes_with_the_next_and_what_is_in_use_stays(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False).returncode == -9
    (left,) = tmp_path.iterdir()
    with scratch(tmp_path) as one:
        assert not left.exists()
        with scratch(tmp_path) as other:
            assert one.is_dir()
            assert other.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_all_of_them_can_be_removed(tmp_path: Path) -> None:
    (tmp_path / f".what-if-{os.getpid()}-x").mkdir()
    (tmp_path / ".what-if-x").mkdir()
    remove_scratch(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_takes_no_copy_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="takes no temporary copy"), scratch(tmp_path / "nowhere"):
        pass
