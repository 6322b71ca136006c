"""The documentation names every command, option, setting and question, and what README says can be run."""

import re
import shlex
from pathlib import Path

import click
import pytest

from hubgraph.cli import cli
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import SETTINGS

ROOT = Path(__file__).parent.parent
COMMANDS = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
RUNNABLE = [line.split("#")[0].strip() for line in BLOCKS.splitlines() if line.startswith("hubgraph ")]


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_each_of_its_options_is_documented(name: str) -> None:
    row = next(line for line in COMMANDS.splitlines() if line.startswith(f"| `hubgraph {name}"))
    command = cli.commands[name]
    found = [command] if not isinstance(command, click.Group) else [command, *command.commands.values()]
    for each in found:
        for param in each.params:
            if isinstance(param, click.Option) and param.name != "store":
                assert any(f"`{option}" in row for option in param.opts), (name, param.opts)


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    for setting in SETTINGS:
        row = next(line for line in COMMANDS.splitlines() if line.startswith(f"| `{setting.name}` |"))
        assert setting.help in row
        assert (f"`{setting.default}`" if setting.default != "" else "none") in row


def test_readme_has_lines_to_run() -> None:
    assert len(RUNNABLE) >= 5


@pytest.mark.parametrize("line", RUNNABLE)
def test_what_readme_says_can_be_run(line: str) -> None:
    _, name, *rest = shlex.split(line)
    command = cli.commands[name]
    context = click.Context(command)
    given, _, _ = command.make_parser(context).parse_args(rest)
    if name == "query" and given.get("slug"):
        saved = Catalogue.read(content("queries")).get(given["slug"])
        for pair in given.get("params") or ():
            assert saved.param(pair.split("=")[0]) is not None


@pytest.mark.parametrize(
    "page",
    [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    missing = [path.name for path in folder.glob("[0-9]*.md") if f"]({path.name})" not in listed]
    assert missing == []
