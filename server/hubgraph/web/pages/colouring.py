"""SPARQL and Turtle coloured on the server, with classes and no inline style."""

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers.rdf import SparqlLexer, TurtleLexer


def coloured(text: str, language: str = "sparql") -> Markup:
    """Return text as HTML with a class per token; language is sparql or turtle."""
    lexer = TurtleLexer() if language == "turtle" else SparqlLexer()
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    return Markup(highlight(text, lexer, formatter))  # noqa: S704 (pygments escapes what it colours)


def without_head(text: str) -> str:
    """Return the text of a saved query without the `#+` lines of its head."""
    lines = text.splitlines()
    return "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
