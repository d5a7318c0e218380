"""``python -m tests.e2e.web.looks --accept NAME|all``: what the last failing test drew becomes the reference."""

from __future__ import annotations

import argparse

from tests.e2e.web.looks.comparing import accept, waiting


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.web.looks", description=__doc__)
    parser.add_argument("--accept", metavar="NAME|all", required=True, help="as the failing test named the picture")
    name = parser.parse_args().accept
    there = waiting()
    names = there if name == "all" else [name]
    if not names or not set(names) <= set(there):
        parser.error(f"no new picture {name}; there are: {', '.join(there) or 'none'}. A failing test leaves them.")
    for each in names:
        print(accept(each))


if __name__ == "__main__":
    main()
