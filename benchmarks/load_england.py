"""Load all of England, files to published generation, beside the engine's own bulk load of the same triples."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph
from common import england, publish

RUNS = int(os.environ.get("RUNS", "3"))


def measured(command: list[str]) -> tuple[float, float, float, str]:
    """Run a command; return wall and CPU seconds, peak memory of its largest process in MB, and its output."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(output)
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def bulk_load_alone(dump: Path, target: Path) -> None:
    """Bulk-load N-Quads with the engine alone: the floor of any load."""
    store = pyoxigraph.Store(str(target))
    store.bulk_load(path=str(dump), format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    store.optimize()


def main() -> None:
    """Run both in turn and publish the table."""
    if len(sys.argv) > 2 and sys.argv[1] == "--alone":
        bulk_load_alone(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    folder = england()
    lines = ["| run | wall s | CPU s | peak MB | triples |", "|---|---|---|---|---|"]
    ratios = []
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for run in range(1, RUNS + 1):
            store = work / f"store{run}"
            wall, cpu, peak, output = measured(
                [sys.executable, "-m", "hubgraph", "load", str(folder), "--store", str(store)]
            )
            dump = work / "dump.nq"
            current = pyoxigraph.Store.read_only(str(store / "current" / "rdf"))
            with dump.open("wb") as target:
                current.dump(target, pyoxigraph.RdfFormat.N_QUADS)
            triples = json.loads((store / "current" / "manifest.json").read_text())["triples"]
            del current
            lines.append(f"| hubgraph load {run} | {wall:.1f} | {cpu:.1f} | {peak:.0f} | {triples:,} |")
            if run == 1:
                print(output)
            wall2, cpu2, peak2, _ = measured(
                [sys.executable, __file__, "--alone", str(dump), str(work / f"alone{run}")]
            )
            lines.append(f"| engine alone {run} | {wall2:.1f} | {cpu2:.1f} | {peak2:.0f} | {triples:,} |")
            ratios.append(cpu / cpu2)
            shutil.rmtree(store)
            shutil.rmtree(work / f"alone{run}")
    ratios.sort()
    lines += ["", f"CPU, hubgraph load ÷ engine alone: median {ratios[len(ratios) // 2]:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}).",
              "", "The engine alone reads ready N-Quads; a load also reads, repairs and maps the tables, derives, checks and indexes."]  # fmt: skip
    publish(
        "load-england",
        "England from files to a published generation",
        "python benchmarks/load_england.py",
        lines,
    )


if __name__ == "__main__":
    main()
