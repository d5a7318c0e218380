"""Layout and wiring of the Gradio page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from editor.service import EditService
from editor.web.library import gr
from editor.web.surface import Surface

PAUSE = 0.02
"""seconds between two looks at what pages ask for; Gradio's own, a thousandth, keeps the processor awake when nobody does"""
SELDOM = 1.0
"""seconds between two looks at the progress bars of Gradio, of which there are none"""


def build_ui(service: EditService) -> gr.Blocks:
    """The page. Gradio carries its events; the bundle draws it."""

    def call(request: dict[str, Any]) -> dict[str, Any]:
        """What the page's code is told that it may call. Over HTTP editor.web.events answers it."""
        return service.call(request["name"], request["payload"])

    def run(event: gr.EventData, request: gr.Request) -> Iterator[str]:
        yield from service.run(event._data or {}, request.session_hash or "")

    def leave(request: gr.Request) -> None:
        service.leave(request.session_hash or "")

    page: gr.Blocks
    with gr.Blocks(title="Palimpsest", analytics_enabled=False) as page:
        surface = Surface(service.boot(), call)
        hidden = {"show_progress": "hidden", "api_visibility": "private"}
        # "multiple": a race begins a run as soon as the one before is over; the service refuses two at a time.
        running = surface.run(run, None, surface, concurrency_limit=None, trigger_mode="multiple", **hidden)
        surface.cancel(None, None, None, cancels=[running], queue=False, api_visibility="private")
        page.unload(leave)
    page.queue(default_concurrency_limit=None, max_size=64)
    page._queue.sleep_when_free = PAUSE
    page._queue.progress_update_sleep_when_free = SELDOM
    return page
