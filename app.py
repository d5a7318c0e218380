"""Palimpsest: select words, scrape them back to masks, watch a diffusion language model write them again.

The composition root: settings -> engine, storage -> page -> server. The environment is read here and nowhere else.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import shutil
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from editor.web import hosts  # the one part of ours that is light

if TYPE_CHECKING:
    from editor.service import EditService
    from engine import Ways
    from storage import Store

VERSION = "0.1.0"
PREFIX = "PALIMPSEST_"
LEVELS = ("debug", "info", "warning", "error")
DTYPES = ("auto", "float32", "bfloat16", "float16")
MAPS = ("auto", "balanced", "balanced_low_0", "sequential")
COMMANDS = ("verify", "backup", "recover", "export", "import", "replay", "vacuum")
"""what is done with a database without the page (editor.commands)"""
TRUE, FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, not the whole usage; it names the variables that may be to blame."""
        held = sorted(name for name in os.environ if name.startswith(PREFIX))
        hint = f" (the environment sets {', '.join(held)})" if held else ""
        self.exit(2, f"palimpsest: {message}{hint}; --help lists the options\n")


def host_names(text: str) -> str:
    """Names with commas between them, as given. Raises ArgumentTypeError."""
    try:
        return ",".join(hosts.named(name) for name in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error


def options() -> Parser:
    """The command line."""
    parser = Parser(
        prog="app.py",
        description="Palimpsest, an editor that denoises text. With a command, what is done with its database: "
        f"{', '.join(COMMANDS)} (app.py COMMAND --help).",
        epilog=f"Every option can also be set in the environment, as {PREFIX}PORT and so on; the command line wins.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    add(
        "--allow-host",
        metavar="NAME,...",
        type=host_names,
        help="other names to answer to, as of a reverse proxy (none)",
    )
    add("--port", default=7860, type=int, help="port to listen on (7860)")
    add("--database", metavar="URL", help="SQLAlchemy URL (a SQLite file in your data folder)")
    add("--model", metavar="NAME|PATH", help="another model: hub name or folder (the embedded one)")
    add("--writer", metavar="PATH", help="a writer trained for the embedded model (the shipped one, if any)")
    add("--device", default="auto", choices=("auto", "cpu", "cuda"), help="where the model runs (auto)")
    add("--dtype", default="auto", choices=DTYPES, help="precision of the weights (auto)")
    add("--quantisation", choices=("int8", "4bit"), help="smaller weights; needs torchao or bitsandbytes (none)")
    add("--device-map", choices=MAPS, help="share the layers out over GPUs and memory (all on one device)")
    add("--offload", metavar="FOLDER", help="with --device-map: layers that fit nowhere else go there (none)")
    add("--revision", metavar="NAME|COMMIT", help="branch, tag or commit of a hub model (its main branch)")
    add("--remote-code", action="store_true", help="run Python files of the model; from the hub with a commit only")
    add("--window", type=int, metavar="TOKENS", help="text before a span that is read (2048, or as the model allows)")
    add("--refresh", type=int, default=0, metavar="PASSES", help="keep a masked model's text so long (0: no, exact)")
    add(
        "--drift",
        type=float,
        default=1.0,
        metavar="P",
        help="with --refresh: sooner when a probability moved by this (1)",
    )
    add("--no-open", action="store_true", help="do not open the browser")
    add("--log-level", default="warning", choices=LEVELS, help="how much to log (warning)")
    add("--version", action="version", version=VERSION)
    return parser


def settings(arguments: Sequence[str]) -> argparse.Namespace:
    """Options from PALIMPSEST_... variables, then from the command line. Both are checked alike; empty is unset."""
    parser = options()
    given: list[str] = []
    for name in vars(parser.parse_args([])):
        variable, option = f"{PREFIX}{name.upper()}", f"--{name.replace('_', '-')}"
        value = os.environ.get(variable, "").strip()
        if name not in ("no_open", "remote_code"):
            given += [f"{option}={value}"] if value else []
        elif value.lower() not in TRUE + FALSE:
            parser.error(f"{variable} must be 1 or 0, got {value!r}")
        elif value.lower() in TRUE:
            given.append(option)
    return parser.parse_args([*given, *arguments])


def listen(host: str, port: int) -> socket.socket:
    """Listen first: a taken port is known before a model is loaded, and an early browser waits. Raises OSError, OverflowError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except BaseException:
        bound.close()
        raise
    return bound


def stop(message: str) -> int:
    print(f"palimpsest: {message}", file=sys.stderr)
    return 2


class Loaded:
    """How far loading is, in one line of the terminal that is written over and wiped at the end. Quick loading shows none."""

    PATIENCE, PAUSE = 1.0, 0.1  # seconds

    def __init__(self) -> None:
        self._next = time.monotonic() + self.PATIENCE
        self._shown = False

    def tell(self, done: float, what: str) -> None:
        now = time.monotonic()
        if now < self._next or not sys.stderr.isatty():
            return
        self._next, self._shown = now + self.PAUSE, True
        line = f"loading {done:4.0%} {what}"[: shutil.get_terminal_size().columns - 1]
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> Loaded:
        return self

    def __exit__(self, *error: object) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def show(url: str) -> None:
    """Open the browser, unless that would be a text browser in this very terminal."""
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in COMMANDS:
        return command(*given)
    chosen = settings(given)
    prepare(chosen)
    try:
        bound = listen(chosen.host, chosen.port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        return stop(f"cannot listen on {chosen.host}:{chosen.port} ({reason}); choose another with --host or --port")
    try:
        with bound:
            return serve(chosen, bound)
    except KeyboardInterrupt:
        return 0


def command(name: str, *arguments: str) -> int:
    """One of COMMANDS."""
    from editor import commands

    own, others = commands.parser(name).parse_known_args(arguments)
    chosen = settings(others)
    prepare(chosen)

    def service(store: Store) -> EditService:
        import engine
        from editor.service import EditService

        try:
            return EditService(load(chosen), store, VERSION)
        except engine.EngineError as error:
            raise SystemExit(stop(str(error))) from error

    return commands.run(name, own, own.database or chosen.database, service)


def prepare(chosen: argparse.Namespace) -> None:
    """What other packages are told before they are loaded."""
    logging.basicConfig(level=chosen.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")  # its retries are not news; what came of them is
    if chosen.model is None or os.path.isdir(os.path.expanduser(chosen.model)):
        os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is asked of the network unless a hub model was named


def load(chosen: argparse.Namespace) -> Ways:
    """The model, as it was chosen. Raises EngineError."""
    import engine

    with Loaded() as shown:
        loading = engine.Loading(
            dtype=chosen.dtype,
            quantisation=chosen.quantisation,
            device_map=chosen.device_map,
            offload=Path(chosen.offload).expanduser() if chosen.offload else None,
            revision=chosen.revision,
            remote_code=chosen.remote_code,
            window=chosen.window,
            refresh=chosen.refresh,
            drift=chosen.drift,
            progress=shown.tell,
        )
        return engine.load_ways(chosen.model, device=chosen.device, options=loading, writer=chosen.writer)


@contextmanager
def all_kept() -> Iterator[None]:
    """Hardly anything that is made here is garbage: not to look for it saves a sixth of the start, and it is left out for good
    when it is looked for later."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def serve(chosen: argparse.Namespace, bound: socket.socket) -> int:
    host, port = bound.getsockname()[:2]
    with all_kept():
        import storage  # light, so a bad database is known at once

        try:
            store = storage.open_store(chosen.database)
        except storage.StorageError as error:
            return stop(str(error))
        threading.Thread(target=store.upkeep.run, name="upkeep", daemon=True).start()

        import uvicorn

        import engine
        from editor.service import EditService
        from editor.web.app import create_app

        try:
            service = EditService(ways := load(chosen), store, VERSION)
        except engine.EngineError as error:
            return stop(str(error))
        app = create_app(service, hosts.names(chosen.host, host, (chosen.allow_host or "").split(",")))
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"Palimpsest {VERSION} is at {url} (Ctrl+C stops it)", flush=True)
    if not chosen.no_open:
        show(url)
    server = uvicorn.Server(uvicorn.Config(app, log_level=chosen.log_level, timeout_graceful_shutdown=2))
    stopping = server.handle_exit

    def leave(sig: int, frame: FrameType | None) -> None:
        # Streams end with their runs; an open page's connection is cut after the grace time, which is no error.
        service.close()
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        stopping(sig, frame)

    server.handle_exit = leave  # type: ignore[method-assign]
    threading.Thread(target=ways.rest, name="rest of loading", daemon=True).start()
    server.run(sockets=[bound])
    return 0


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads may still be inside torch (an open page's text is read ahead): taking the interpreter down around them
    # aborts the process now and then. Every commit is on the disk by now, so there is nothing to wait for.
    os._exit(ended)
