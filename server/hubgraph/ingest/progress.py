"""How a load tells what it is doing: a small contract that the command line fills with bars or lines."""

from typing import Protocol


class Progress(Protocol):
    """What a load reports to; every call comes from the thread that runs the load."""

    def step(self, title: str, total: int = 0) -> None:
        """Begin a step; total is the number of parts that advance() will report, 0 where unknown."""
        ...

    def advance(self, parts: int = 1) -> None:
        """Report that parts of the current step are done."""
        ...

    def say(self, sentence: str) -> None:
        """Report one finished thing in a sentence."""
        ...


class Silent:
    """A progress that says nothing."""

    def step(self, title: str, total: int = 0) -> None:
        """Ignore the step."""

    def advance(self, parts: int = 1) -> None:
        """Ignore the parts."""

    def say(self, sentence: str) -> None:
        """Ignore the sentence."""
