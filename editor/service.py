"""EditService: the one caller of both the engine and the store."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict

import engine
from editor import diffs, files
from editor.ahead import Ahead
from editor.errors import EditorError, reply
from editor.jobs import Job, Turns
from editor.languages import language_of, languages, samples
from editor.limits import FILE_BYTES, TITLE
from editor.requests import DEFAULTS, Payload, language_named, settings_of, title_of
from engine import Denoiser, Span, Ways
from storage import Document, Saved, Store


class EditService:
    """What the page and the HTTP routes can ask for."""

    def __init__(self, ways: Ways, store: Store, version: str = "0") -> None:
        self.ways = ways
        self.store = store
        self.version = version
        self._turns = Turns()
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._ahead = Ahead(self._turns)
        self._calls: dict[str, Callable[[Payload], Payload]] = {
            "documents": self._documents, "open": self._open, "create": self._create, "sample": self._sample,
            "rename": self._rename, "language": self._language, "save": self._save, "accept": self._accept,
            "discard": self._discard, "history": self._history, "diff": self._diff, "trace": self._trace,
            "restore": self._restore, "warm": self._warm, "cancel": self._cancel, "prepare": self._prepare, "nll": self._nll,
            "level": self._level,
        }  # fmt: skip

    @property
    def denoiser(self) -> Denoiser:
        """The one that fills in."""
        return self.ways.default

    def boot(self) -> Payload:
        """What the page needs to know before its first call."""
        systems = [s for s in engine.SYSTEMS.values() if engine.task(s.name) in self.ways.best]
        return {
            "version": self.version,
            "systems": [
                {"name": s.name, "title": s.title, "summary": s.summary, "task": engine.task(s.name), "noise": s.noise,
                 "parameters": [{**asdict(parameter), "kind": parameter.kind} for parameter in s.parameters]}
                for s in systems
            ],
            "ways": {name: engine.TITLES[name] for name in self.ways.denoisers},
            "best": dict(self.ways.best),
            "defaults": DEFAULTS,
            "wishes": engine.WISHES,
            "limits": {
                "span_tokens": self.denoiser.max_slots, "file_bytes": FILE_BYTES, "title": TITLE,
                "seed": engine.MAX_SEED, "instruction": engine.MAX_INSTRUCTION,
            },
            "languages": [asdict(language) for language in languages()],
            "samples": [{"name": s.name, "title": s.title, "language": s.language} for s in samples()],
            "model": self.denoiser.name,
            "device": self.denoiser.device,
        }  # fmt: skip

    # ---- runs --------------------------------------------------------------------------------------------------
    def denoise(
        self, run: str, text: str, spans: list[tuple[int, int]], settings: Payload, done: Callable[[Job], None] | None = None,
        session: str = "",
    ) -> Job:  # fmt: skip
        """Begin a run, with an instruction an edit of one span. Raises InvalidRequest at once when it cannot be done."""
        if len(text.encode("utf-8", "surrogatepass")) > FILE_BYTES:
            raise EditorError("text_too_large", files.too_large("the text", len(text)), 413)
        options = dict(settings)
        instruction = str(options.pop("instruction", "")).strip()
        _, denoiser = self._way(settings)
        options.pop("way", None)
        places = [Span(start, end) for start, end in spans]
        if instruction and len(places) != 1:
            raise EditorError(
                "one_span", f"an instruction changes one span, {len(places)} are selected; keep one, or leave it empty"
            )
        steps = (
            engine.edit(denoiser, text, places[0], instruction, **{k: v for k, v in options.items() if k != "length"})
            if instruction
            else engine.infill(denoiser, text, places, **options)
        )
        job = Job(run, steps, self._turns, done or (lambda _: None), session)
        with self._lock:
            if run in self._jobs:
                raise EditorError("busy", f"run {run!r} exists already; give each run its own id", 409)
            if session and any(other.session == session and other.active for other in self._jobs.values()):
                raise EditorError("busy", "a run is under way; wait for it or cancel it first", 409)
            self._jobs[run] = job
        job.start()
        return job

    def _way(self, settings: Payload) -> tuple[str, Denoiser]:
        """Who writes, by name. Raises UnknownSystem, UnknownWay."""
        strength = settings.get("strength")
        share = float(strength) if isinstance(strength, int | float) else None
        task = engine.task(settings["system"], str(settings.get("instruction", "")).strip(), share)
        return self.ways.choose(task, str(settings.get("way", engine.AUTOMATIC)))

    def forget(self, job: Job) -> None:
        """Cancel a job if it still runs, and let go of it."""
        job.cancel()
        with self._lock:
            self._jobs.pop(job.run, None)

    def run(self, payload: Payload, session: str = "") -> Iterator[str]:
        """A run of the page: JSON strings {"run", "seq", "frames"}.

        Strings, not dicts: Gradio sends differences between yields, and gets those of nested lists wrong.
        """
        run = str(payload.get("run", ""))
        try:
            settings = settings_of(payload)
            document, text = int(payload["document"]), str(payload["text"])
            spans = [(int(start), int(end)) for start, end in payload["spans"]]

            def keep(job: Job) -> None:
                facts = {
                    **settings,
                    "way": self._way(settings)[0],
                    "model": self.denoiser.name,
                    "nfe": job.frames[-1]["nfe"],
                    "seconds": round(job.seconds, 3),
                }
                self.store.record_run(run, document, text, facts, job.frames, job.result)

            job = self.denoise(run, text, spans, settings, keep, session)
        except Exception as error:
            yield json.dumps({"run": run, "seq": 0, "frames": [{"run": run, **reply(error)}]})
            return
        try:
            for seq, frames in job.stream():
                yield json.dumps({"run": run, "seq": seq, "frames": frames})
        except Exception as error:
            yield json.dumps({"run": run, "seq": len(job.frames), "frames": [{"run": run, **reply(error)}]})
        finally:
            self.forget(job)

    def close(self) -> None:
        """The program ends: stop every run."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()

    def leave(self, session: str) -> None:
        """A page was closed: stop what it runs."""
        with self._lock:
            left = [job for job in self._jobs.values() if job.session and job.session == session]
        for job in left:
            job.cancel()

    # ---- calls of the page -------------------------------------------------------------------------------------
    def call(self, name: str, payload: Payload) -> Payload:
        """One request of the page by name; errors come back as {"error"}."""
        try:
            if name not in self._calls:
                raise EditorError(
                    "unknown_call", f"the page asked for {name!r}, which this version does not know; reload it"
                )
            return self._calls[name](payload)
        except Exception as error:
            return reply(error)

    def add_file(self, data: bytes, name: str, encoding: str = "utf-8") -> Payload:
        """A new document from a file's bytes."""
        file = files.decode(data, name, encoding)
        document = self.store.create_document(
            title_of(name), language_of(name), file.text, newline=file.newline, bom=file.bom, encoding=file.encoding
        )
        return _document(document)

    def file(self, document_id: int) -> tuple[str, bytes]:
        """A document as (file name, bytes)."""
        document = self.store.document(document_id)
        data = files.encode(files.File(document.text, document.newline, document.bom, document.encoding))
        known = next(
            (e for language in languages() if language.name == document.language for e in language.extensions), ".txt"
        )
        name = document.title.strip() or "untitled"
        return (name if "." in name[1:] else name + known), data

    def _documents(self, payload: Payload) -> Payload:
        found = self.store.documents()
        return {"documents": [{"id": d.id, "title": d.title, "updated_at": d.updated_at.isoformat()} for d in found]}

    def _open(self, payload: Payload) -> Payload:
        return _document(self.store.document(int(payload["document"])))

    def _create(self, payload: Payload) -> Payload:
        text = str(payload.get("text", ""))
        return _document(self.store.create_document(title_of(payload.get("title", "")), language_named(payload), text))

    def _sample(self, payload: Payload) -> Payload:
        for sample in samples():
            if sample.name == payload.get("name"):
                text = sample.path.read_text(encoding="utf-8")
                return _document(self.store.create_document(sample.title, sample.language, text))
        raise EditorError("unknown_sample", f"there is no sample {payload.get('name')!r}; reload the page")

    def _rename(self, payload: Payload) -> Payload:
        title = title_of(payload.get("title", ""))
        self.store.rename(int(payload["document"]), title)
        return {"title": title}

    def _language(self, payload: Payload) -> Payload:
        self.store.set_language(int(payload["document"]), language_named(payload))
        return {}

    def _save(self, payload: Payload) -> Payload:
        document, base, text = int(payload["document"]), str(payload["base"]), str(payload["text"])
        if len(text.encode("utf-8", "surrogatepass")) > FILE_BYTES:
            raise EditorError("text_too_large", files.too_large("the text", len(text)) + "; it is not saved", 413)
        saved = (
            self.store.commit_text(document, base, text)
            if payload.get("kind")
            else self.store.save(document, base, text)
        )
        return asdict(saved)

    def _accept(self, payload: Payload) -> Payload:
        before = str(payload["before"])
        run = self.store.run(str(payload["run"]))
        spans = sorted((int(start), int(end)) for start, end in payload["spans"])
        if len(spans) != len(run.result):
            raise EditorError("stale_accept", f"the run wrote {len(run.result)} spans, not {len(spans)}; run it again")
        after, at = [], 0
        for (start, end), fill in zip(spans, run.result, strict=True):
            if not at <= start <= end <= len(before):
                raise EditorError("stale_accept", f"span {start}..{end} does not fit the text any more; run it again")
            after += [before[at:start], fill]
            at = end
        text = "".join([*after, before[at:]])
        saved: Saved = self.store.commit_run(int(payload["document"]), str(payload["base"]), before, text, run.id)
        return {**asdict(saved), "text": text}

    def _discard(self, payload: Payload) -> Payload:
        self.store.discard_run(str(payload["run"]))
        return {}

    def _history(self, payload: Payload) -> Payload:
        found = self.store.history(int(payload["document"]))
        return {"revisions": [{**asdict(r), "created_at": r.created_at.isoformat()} for r in found]}

    def _diff(self, payload: Payload) -> Payload:
        revision = self.store.revision(str(payload["revision"]))
        return {"hunks": diffs.words(revision.parent_text, revision.text)}

    def _trace(self, payload: Payload) -> Payload:
        run = (
            self.store.run_of(str(payload["revision"]))
            if "revision" in payload
            else self.store.run(str(payload["run"]))
        )
        return {"frames": run.frames, "text": run.text, "settings": run.settings}

    def _restore(self, payload: Payload) -> Payload:
        document = int(payload["document"])
        saved = self.store.restore(document, str(payload["revision"]))
        return {**asdict(saved), "text": self.store.document(document).text}

    def _cancel(self, payload: Payload) -> Payload:
        with self._lock:
            job = self._jobs.get(str(payload.get("run")))
        if job is not None:
            job.cancel()
        return {}

    # ---- ahead of need -----------------------------------------------------------------------------------------
    def _warm(self, payload: Payload) -> Payload:
        """Encode a text in the background, up to the cursor if it is known."""
        text, cursor = str(payload["text"]), payload.get("cursor")
        position = None if cursor is None else int(cursor)
        self._ahead.ask(lambda should_stop: self.denoiser.warm(text, should_stop, position))
        return {}

    def _prepare(self, payload: Payload) -> Payload:
        """Do what a run would begin with, in the background, while its settings are still being chosen."""
        settings = settings_of(payload)
        _, denoiser = self._way(settings)
        text, spans = str(payload["text"]), [Span(int(start), int(end)) for start, end in payload["spans"]]
        seed, length = settings["seed"], settings["length"]

        def work(should_stop: Callable[[], bool]) -> None:
            try:
                engine.prepare(denoiser, text, spans, should_stop, seed=seed, length=length)
            except engine.InvalidRequest:  # the run itself will say so, if it is asked for
                return

        self._ahead.ask(work)
        return {}

    def _level(self, payload: Payload) -> Payload:
        """Before each run of a race: no run has a start over the others."""
        settings = settings_of(payload)
        _, denoiser = self._way(settings)
        spans = [Span(int(start), int(end)) for start, end in payload["spans"]]
        self._turns.enter(lambda: False)
        try:
            engine.level(denoiser, str(payload["text"]), spans, seed=settings["seed"], length=settings["length"])
        finally:
            self._turns.leave()
        return {}

    def _nll(self, payload: Payload) -> Payload:
        """How likely the model finds finished fills, in nats per token."""
        spans = [Span(int(start), int(end)) for start, end in payload["spans"]]
        fills = [str(fill) for fill in payload["fills"]]
        if len(fills) != len(spans):
            raise EditorError("one_fill_each", f"{len(spans)} spans need as many fills, got {len(fills)}")
        self._turns.enter(lambda: False)
        try:
            return {"nll": round(engine.nll(self.denoiser, str(payload["text"]), spans, fills), 4)}
        finally:
            self._turns.leave()


def _document(document: Document) -> Payload:
    return {
        **asdict(document),
        "created_at": document.created_at.isoformat(),
        "updated_at": document.updated_at.isoformat(),
    }
