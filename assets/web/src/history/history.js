// The History panel: revisions, what each changed, its steps again, and a way back.
import { h, terms } from "../web/dom/dom.js";
import { exportMenu } from "../export/menu.js";
import { figures, moments } from "../runs/frames/moments.js";
import { player } from "../runs/frames/player.js";
import { drawTokens, excerpt } from "../runs/frames/tokens.js";
import { toUnits } from "../web/text/offsets.js";

const KINDS = { created: "Created", typed: "Typed", saved: "Saved", run: "Rewritten", restored: "Restored" };
const when = (iso) => new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** `call(name, payload)` asks Python; `flush()` saves what was typed; `restored(answer)` is told of a new head; `named(settings)` puts titles for names;
 * `again(run)` puts an attempt under review; `code()` tells whether the document is code;
 * `counted(n)` is told how many revisions there are; `notice` and `status` tell people. */
export function historyPanel({ call, flush, notice, status, restored, again, code, named, counted }) {
  const list = h("ol", { id: "history", class: "history", "aria-label": "Revisions, newest first" });
  let open = null;

  async function refresh(document_) {
    const answer = await call("history", { document: document_ });
    if (!answer) return;
    counted(answer.revisions.length);
    list.replaceChildren(...answer.revisions.map((r) => item(document_, r)));
    if (answer.revisions.length < 2)
      list.append(
        h("li", { class: "empty" }, "Each rewrite that you accept is kept here, with its steps. Nothing is ever lost."),
      );
  }

  function item(document_, r) {
    const detail = h("div", { class: "detail", hidden: true });
    const settings = r.settings
      ? `${r.settings.instruction || named(r.settings).style || named(r.settings).system}, seed ${r.settings.seed}`
      : r.excerpt;
    const head = h(
      "button",
      { type: "button", class: "revision", "aria-expanded": "false", onclick: () => toggle() },
      h(
        "span",
        { class: "kind" },
        KINDS[r.kind] ?? r.kind,
        r.is_head ? h("em", {}, "current") : null,
        !r.on_head_line ? h("em", { class: "branch" }, "branch") : null,
      ),
      h("time", { datetime: r.created_at }, when(r.created_at)),
      h("span", { class: "what" }, settings),
      h("span", { class: "count" }, h("ins", {}, `+${r.added}`), " ", h("del", {}, `−${r.removed}`)),
    );
    const row = h("li", { id: "history-item", "data-kind": r.kind, "data-revision": r.id }, head, detail);

    async function toggle() {
      const show = detail.hidden;
      if (open && open !== detail) {
        open.hidden = true;
        open.previousSibling.setAttribute("aria-expanded", "false");
      }
      open = show ? detail : null;
      detail.hidden = !show;
      head.setAttribute("aria-expanded", String(show));
      if (show && !detail.childElementCount) await fill();
    }
    async function fill() {
      const answer = await call("diff", { revision: r.id });
      if (!answer) return;
      const diff = h("p", { id: "diff", class: code() ? "diff code" : "diff" }, ...shorten(answer.hunks));
      const actions = h("div", { class: "row" });
      const stage = h("div", {});
      if (r.has_trace)
        actions.append(
          h("button", { type: "button", id: "replay", onclick: () => replay(stage) }, "Replay steps"),
          exportMenu({ run: () => r.run, notice, status }).element,
        );
      if (!r.is_head)
        actions.append(h("button", { type: "button", id: "restore", onclick: restore }, "Restore this text"));
      detail.append(diff, actions, stage);
      if (r.run) attempts(detail);
    }
    /** What else was written on these words: branches, other seeds and systems. Each can be looked at again. */
    async function attempts(detail) {
      const answer = await call("branches", { run: r.run }),
        others = answer?.runs.filter((run) => run.id !== r.run) ?? [];
      if (!others.length) return;
      detail.append(
        h(
          "details",
          { id: "other-attempts", class: "attempts" },
          h("summary", {}, `${others.length} other attempt${others.length === 1 ? "" : "s"} at these words`),
          h(
            "ol",
            {},
            ...others.map((run) => {
              const { system, seed } = named(run.settings),
                from = run.step === null ? "" : `, from step ${run.step}`;
              return h(
                "li",
                {},
                h(
                  "button",
                  {
                    type: "button",
                    id: "other-attempt",
                    class: "small",
                    title: "Look at this attempt again",
                    onclick: () => again(run.id),
                  },
                  run.result.join(" … ") || "nothing",
                ),
                h("span", { class: "hint" }, ` ${system}, seed ${seed}${from}`),
              );
            }),
          ),
        ),
      );
    }
    async function replay(stage) {
      const answer = await call("trace", { revision: r.id });
      if (!answer) return;
      const all = moments(answer.frames),
        first = all[0];
      const ranges = first.map((f) => ({ from: toUnits(answer.text, f.from), to: toUnits(answer.text, f.to) }));
      const { element: view, spans } = excerpt(answer.text, ranges, undefined, code());
      view.dataset.testid = "replay-view";
      const play = player((i) => all[i].forEach((f, n) => drawTokens(spans[n], f.toks)), "replay-");
      stage.replaceChildren(
        view,
        play.element,
        h("dl", { class: "figures" }, ...terms(figures(answer.frames, named(answer.settings)))),
      );
      play.load(all);
      play.go(0);
      play.start();
    }
    async function restore() {
      await flush(); // what was typed last becomes a revision before it is replaced
      const answer = await call("restore", { document: document_, revision: r.id });
      if (answer) restored(answer);
    }
    return row;
  }
  return { element: list, refresh };
}

/** Word-level hunks as elements; long unchanged stretches are cut in the middle. */
function shorten(hunks) {
  if (!hunks.some(([op]) => op)) return [h("span", { class: "empty" }, "No change of text.")];
  return hunks.map(([op, text], i) => {
    if (op < 0) return h("del", {}, text);
    if (op > 0) return h("ins", {}, text);
    const head = i ? text.slice(0, 60) : "",
      tail = i < hunks.length - 1 ? text.slice(-60) : "";
    return text.length <= 120 ? text : `${head} … ${tail}`;
  });
}
