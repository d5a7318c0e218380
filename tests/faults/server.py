"""``python -m tests.faults.server URL PORT [FILE_LIMIT]``: the program as app.py starts it, without weights."""

from __future__ import annotations

import resource
import sys
import threading

import app
import storage


def main(url: str, port: int, limit: int) -> int:
    try:
        store = storage.open_store(url)
    except storage.StorageError as error:
        return app.stop(str(error))
    threading.Thread(target=store.upkeep.run, daemon=True).start()

    import uvicorn

    import engine
    from editor.service import EditService
    from editor.web.app import create_app

    service = EditService(engine.Ways.only(engine.scripted(" slow red")), store, "faults")
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    uvicorn.run(create_app(service), port=port, log_level="error")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int((*sys.argv, "0")[3])))
