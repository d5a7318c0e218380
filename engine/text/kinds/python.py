"""Python that people wrote, as its own parser reads it."""

from __future__ import annotations

import ast
import re
import warnings

NAME = "<document>"
"""of the file that the parser is told it reads"""

# What the parser has to remark on people's code nobody asked for. It is told once and for the whole program: a
# ``catch_warnings`` around each parse changes what other threads are warned of, and can leave it changed.
warnings.filterwarnings("ignore", module=re.escape(NAME))


def tree_of(text: str) -> ast.Module:
    """Raises SyntaxError or ValueError for what is no Python, RecursionError or MemoryError for what is nested too deeply."""
    return ast.parse(text, filename=NAME)
