"""Palimpsest: select words, scrape them back to masks, watch a diffusion language model write them again.

The composition root: settings -> engine, storage -> page -> server. The environment is read here and nowhere else.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence

VERSION = "0.1.0"
LEVELS = ("debug", "info", "warning", "error")


def options() -> argparse.ArgumentParser:
    """The command line. Every option can also be set as PALIMPSEST_... in the environment; the command line wins."""

    def env(name: str, default: str | None = None) -> str | None:
        return os.environ.get(f"PALIMPSEST_{name}", default)

    parser = argparse.ArgumentParser(prog="app.py", description="Palimpsest, an editor that denoises text.")
    add = parser.add_argument
    add("--host", default=env("HOST", "127.0.0.1"), help="address to listen on (127.0.0.1)")
    add("--port", default=env("PORT", "7860"), type=int, help="port to listen on (7860)")
    add("--database", default=env("DATABASE"), metavar="URL", help="SQLAlchemy URL (a SQLite file in your data folder)")
    add(
        "--model",
        default=env("MODEL"),
        metavar="NAME|PATH",
        help="a causal model: hub name or folder (the embedded one)",
    )
    add("--device", default=env("DEVICE", "auto"), choices=("auto", "cpu", "cuda"), help="where the model runs (auto)")
    quiet = (env("NO_OPEN", "") or "").lower() in ("1", "true", "yes")
    add("--no-open", action="store_true", default=quiet, help="do not open the browser")
    add("--log-level", default=env("LOG_LEVEL", "warning"), choices=LEVELS, help="how much to log (warning)")
    add("--version", action="version", version=VERSION)
    return parser


def listen(host: str, port: int) -> socket.socket:
    """Bind first, so that a taken port is known before a model is loaded. Raises OSError, OverflowError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except BaseException:
        bound.close()
        raise
    return bound


def stop(message: str) -> int:
    print(f"palimpsest: {message}", file=sys.stderr)
    return 2


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = options().parse_args(arguments)
    logging.basicConfig(level=chosen.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if chosen.model is None or os.path.isdir(chosen.model):
        os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is asked of the network unless a hub model was named
    try:
        bound = listen(chosen.host, chosen.port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        return stop(f"cannot listen on {chosen.host}:{chosen.port} ({reason}); choose another with --host or --port")
    with bound:
        return serve(chosen, bound)


def serve(chosen: argparse.Namespace, bound: socket.socket) -> int:
    import uvicorn

    import engine
    import storage
    from editor.app import create_app
    from editor.service import EditService

    try:
        store = storage.open_store(chosen.database)
        denoiser = engine.load(chosen.model, device=chosen.device)
    except (storage.StorageError, engine.EngineError) as error:
        return stop(str(error))
    app = create_app(EditService(denoiser, store, VERSION))
    host, port = bound.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"Palimpsest {VERSION} is at {url} (Ctrl+C stops it)", flush=True)
    if not chosen.no_open:
        threading.Timer(1.0, webbrowser.open, (url,)).start()
    server = uvicorn.Server(uvicorn.Config(app, log_level=chosen.log_level, timeout_graceful_shutdown=2))
    try:
        server.run(sockets=[bound])
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
