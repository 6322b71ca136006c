"""Limits of the machine while a load works: errors of many libraries become one sentence that says what was being done."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import polars as pl

from hubgraph.errors import MachineLimitError, QueryMemoryError
from hubgraph.faults import words_for

_MAY_BE_LIMITS: Final = (OSError, MemoryError, RuntimeError, sqlite3.Error, pl.exceptions.PolarsError)


@contextmanager
def told(doing: str, ending: str = "") -> Iterator[None]:
    """Turn what a limit of the machine causes inside into MachineLimitError; other errors pass.

    doing: what is being done, after "while"; empty for no such words. ending: a further sentence.
    """
    try:
        yield
    except _MAY_BE_LIMITS as error:
        words = words_for(error)
        if not words:
            raise
        raise MachineLimitError(_sentence(words, doing, ending)) from error
    except MachineLimitError as error:
        raise MachineLimitError(_sentence(str(error), doing, ending)) from error
    except QueryMemoryError as error:
        raise MachineLimitError(
            _sentence("There was not enough memory; load fewer files at once.", doing, ending)
        ) from error


def _sentence(words: str, doing: str, ending: str) -> str:
    first, mark, rest = words.partition(";")
    parts = (f"{first.rstrip('.')} while {doing}{mark}{rest}" if doing else words, ending)
    return " ".join(part for part in parts if part)
