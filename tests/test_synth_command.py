"""`hubgraph synth` says what it wrote, and refuses what it cannot do."""

import csv
from pathlib import Path

from click.testing import CliRunner

from hubgraph.cli import cli


def test_the_command_counts_rows_people_and_plans(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["synth", str(tmp_path / "out"), "--schools", "250", "--seed", "4"])
    assert done.exit_code == 0, done.output
    assert "edubasealldata20260901.csv: 250 rows" in done.output
    assert "planted: " in done.output
    with (tmp_path / "out" / "edubasealldata20260901.csv").open(encoding="cp1252", newline="") as written:
        assert sum(1 for _ in csv.reader(written)) == 251


def test_the_command_takes_a_number_or_given_files_but_not_both(tmp_path: Path) -> None:
    for extra in ([], ["--schools", "300", "--over", str(tmp_path)]):
        done = CliRunner().invoke(cli, ["synth", str(tmp_path / "out"), *extra])
        assert done.exit_code == 2
        assert "Give either --schools N or --over DIR" in done.output
