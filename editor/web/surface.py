"""The page's one component: a gr.HTML that mounts the bundle of assets/web."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from editor.web.library import gr

HEAD = (
    '<link rel="stylesheet" href="web/palimpsest.css?v={version}"><script src="web/palimpsest.js?v={version}"></script>'
)
# The template holds no ${value}, so Gradio never draws it again and CodeMirror stays mounted. Event names must stand
# quoted in this string: Gradio looks for them there.
ON_LOAD = """
const begin = () => {
  const app = Palimpsest.mount(element.querySelector(".palimpsest"), {
    boot: JSON.parse(props.boot),
    bridge: {
      call: (name, payload) => server.call({ name, payload }),
      run: (payload) => trigger("run", payload),
      cancel: (run) => { server.call({ name: "cancel", payload: { run } }); trigger("cancel", { run }); },
    },
  });
  watch("value", () => app.onFrames(props.value));
};
if (window.Palimpsest) begin();
else { const waiting = setInterval(() => { if (window.Palimpsest) { clearInterval(waiting); begin(); } }, 20); }
"""


class Surface(gr.HTML):
    """The editor. Its value is a JSON string of frames; its events are "run" and "cancel"."""

    def __init__(self, boot: dict[str, Any], call: Callable[..., Any]) -> None:
        super().__init__(
            value=None,
            html_template="<div class='palimpsest'></div>",
            js_on_load=ON_LOAD,
            apply_default_css=False,
            container=False,
            padding=False,
            server_functions=[call],
            boot=json.dumps(boot),
            elem_id="palimpsest",
        )

    def get_block_name(self) -> str:
        return "html"
