"""EditService: the one caller of both the engine and the store."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from functools import cached_property

import engine
from editor.answers import encoded
from editor.checking.proofreading import Proofreading
from editor.checking.running import proofread
from editor.documents import files
from editor.documents.archives import Archives
from editor.documents.documents import Documents
from editor.documents.names import file_name
from editor.documents.texts import Texts
from editor.errors import EditorError, reply
from editor.export.export import export
from editor.glossary import glossary
from editor.history import reruns
from editor.history.reruns import Again
from editor.history.revisions import Revisions
from editor.history.room import Housekeeping
from editor.lab.lab import LESSONS, Lab
from editor.languages import known, languages, samples
from editor.limits import BODY_BYTES, CANDIDATES, FILE_BYTES, PINS, QUERY, TITLE
from editor.payload import Payload, name_of, table, text_of, whole
from editor.runs import branches
from editor.runs.jobs import Job, Turns
from editor.runs.reading import Reading
from editor.runs.recordings import Recordings
from editor.runs.requests import DEFAULTS, Request, pins_of, settings_of, spans_of, styles_of, told, written_in
from editor.runs.review import Review
from editor.styles import styles, styling
from editor.teaching.lessons import Teaching
from engine import Denoiser, EditStep, System, Ways
from storage import Store, mended_all


class EditService:
    """What the page and the HTTP routes can ask for."""

    def __init__(self, ways: Ways, store: Store, version: str = "0") -> None:
        self.ways = ways
        self.store = store
        self.version = version
        self._turns = Turns()
        self._jobs: dict[str, Job | None] = {}  # None: asked for, and still being made ready
        self._lock = threading.Lock()
        self.documents = Documents(store)
        self.archives = Archives(store)
        self.revisions = Revisions(store)
        self.teaching = Teaching(store, version)
        self.housekeeping = Housekeeping(store)
        self.review = Review(store, ways.english)
        self.recordings = Recordings(store, self.denoiser.name)
        self.texts = Texts()
        self.reading = Reading(ways, self._turns, self._way, self.texts)
        self.lab = Lab(ways, self._turns, store)
        self.proofreading = Proofreading(ways, self._turns, store, self.texts)
        self._calls: dict[str, Callable[[Payload], Payload]] = {
            "cancel": self._cancel, "running": self._running, **self.documents.calls, **self.revisions.calls, **self.review.calls,
            **self.reading.calls, **self.recordings.calls, **self.proofreading.calls, **self.texts.calls,
            **self.housekeeping.calls, **self.teaching.calls, "rerun": lambda payload: self.rerun(name_of(payload, "run")).told(),
        }  # fmt: skip

    @property
    def denoiser(self) -> Denoiser:
        """The one that fills in."""
        return self.ways.default

    def boot(self) -> Payload:
        """What the page needs to know before its first call."""
        return {
            "version": self.version,
            "systems": [self._told(s) for s in engine.SYSTEMS.values() if engine.task(s.name) in self.ways.best],
            "ways": {name: engine.TITLES[name] for name in self.ways.denoisers},
            "best": dict(self.ways.best),
            "stepwise": self.ways.stepwise,
            "weak_spots": self.proofreading.offered,
            "defaults": DEFAULTS,
            "wishes": engine.WISHES,
            "limits": {
                "span_tokens": self.denoiser.max_slots, "file_bytes": FILE_BYTES, "body_bytes": BODY_BYTES,
                "title": TITLE, "query": QUERY,
                "seed": engine.MAX_SEED, "instruction": engine.MAX_INSTRUCTION,
                "candidates": CANDIDATES, "pins": PINS,
            },
            "styles": styles.offered(None, self.ways),
            "style_problems": [*styles.styles().problems, *known().problems],
            "languages": [asdict(language) for language in languages()],
            "glossary": [term.told() for term in glossary()],
            "lessons": [{"name": lesson.name, "title": lesson.title} for lesson in LESSONS.values()],
            "samples": [{"name": s.name, "title": s.title, "language": s.language} for s in samples()],
            "model": self.denoiser.name,
            "device": self.denoiser.device,
        }  # fmt: skip

    def _told(self, system: System) -> Payload:
        """A system: its settings, and for each way of writing what it is there."""
        on = {
            name: {"inert": engine.inert(system, d), "note": engine.note(system, d), "noise": system.noise_on(d.facts)}
            for name, d in self.ways.denoisers.items()
        }
        parameters = [{**asdict(p), "kind": p.kind} for p in system.settings(self.denoiser.facts)]
        task = engine.task(system.name)
        return {
            "name": system.name, "title": system.title, "summary": system.summary, "task": task, "on": on,
            "parameters": parameters,
        }  # fmt: skip

    # ---- runs --------------------------------------------------------------------------------------------------
    def denoise(self, run: str, request: Request, done: Callable[[Job], None] | None = None, session: str = "") -> Job:
        """Begin a run, with an instruction an edit of one span. Raises InvalidRequest at once when it cannot be done,
        EditorError("busy") when too many wait."""
        files.fitting(request.text)
        steps = self._steps(request)
        with self._lock:
            if self._jobs.get(run):
                raise EditorError("busy", f"run {run!r} exists already; give each run its own id", 409)
            if session and any(job and job.session == session and job.active for job in self._jobs.values()):
                raise EditorError("busy", "a run is under way; wait for it or cancel it first", 409)
            turn = self._turns.queue()
            job = Job(run, steps, turn, done or (lambda _: None), session, request.before, request.fill)
            self._jobs[run] = job
        job.start()
        return job

    def _steps(self, request: Request) -> Generator[EditStep, None, None]:
        """The engine's steps for a request. Raises InvalidRequest, EditorError."""
        options = dict(request.settings)
        instruction = str(options.pop("instruction", "")).strip()
        _, denoiser = self._way(request.settings)
        options.pop("way", None)
        if request.begin is None and not instruction and any(wanted := styling.wanted(request, self.ways)):
            return styling.steps(denoiser, request, wanted, options)
        options.pop("style", None)
        options |= written_in(request.language)
        if not instruction:
            if options["system"] == "instant-edit":
                del options["system"]
                return proofread(denoiser, request, options)
            return engine.infill(
                denoiser, request.text, request.spans, begin=request.begin, pins=request.pins, **options
            )
        asked = {name: value for name, value in options.items() if name not in ("length", "language")}
        return engine.edit(denoiser, request.text, told(request), instruction, begin=request.begin, **asked)

    def _way(self, settings: Payload) -> tuple[str, Denoiser]:
        """Who writes, by name. Raises UnknownSystem, UnknownWay, StrengthOutOfRange."""
        wish = str(settings.get("way", engine.AUTOMATIC))
        if settings.get("style") and not str(settings.get("instruction", "")).strip():
            return styling.way(self.ways, str(settings["style"]), wish)
        strength = settings.get("strength")
        share = None if strength is None else float(engine.STRENGTH.checked(strength))
        task = engine.task(settings["system"], str(settings.get("instruction", "")).strip(), share)
        return self.ways.choose(task, wish)

    def forget(self, job: Job) -> None:
        """Cancel a job if it still runs, and let go of it."""
        job.cancel()
        with self._lock:
            self._jobs.pop(job.run, None)

    def run(self, payload: Payload, session: str = "") -> Iterator[str]:
        """A run of the page: JSON strings {"run", "seq", "frames"}.

        Strings, not dicts: Gradio sends differences between yields, and gets those of nested lists wrong.
        """
        payload, run = mended_all(payload), ""
        try:
            run, document = name_of(payload, "run"), whole(payload, "document")
            with self._lock:
                self._jobs.setdefault(run, None)
            request, parent = self._request(payload, run)

            def keep(job: Job) -> None:
                own = engine.SYSTEMS[request.settings["system"]].parameters
                facts = {
                    **{parameter.name: parameter.default for parameter in own},
                    **request.settings,
                    "way": self._way(request.settings)[0],
                    **self._here,
                    "nfe": job.frames[-1]["nfe"],
                    "seconds": round(job.seconds, 3),
                    "spans": payload["spans"],
                    "pins": payload.get("pins") or [],
                }
                self.store.edits.record(run, document, request.text, facts, job.frames, job.result, parent)

            job = self.denoise(run, request, keep, session)
        except Exception as error:
            with self._lock:
                if not self._jobs.get(run):
                    self._jobs.pop(run, None)
            yield encoded({"run": run, "seq": 0, "frames": [{"run": run, **reply(error)}]})
            return
        try:
            for seq, frames in job.stream():
                yield encoded({"run": run, "seq": seq, "frames": frames})
        except Exception as error:
            yield encoded({"run": run, "seq": len(job.frames), "frames": [{"run": run, **reply(error)}]})
        finally:
            self.forget(job)

    def _request(self, payload: Payload, run: str) -> tuple[Request, tuple[str, int | None] | None]:
        """A run of the page, and (run, step) that it branches off; no step where it is another attempt at the same words.
        What it goes on from decides how much was scraped."""
        settings, text = settings_of(payload), files.fitting(text_of(payload, "text"))
        spans, pins = spans_of(payload), pins_of(payload)
        document, wanted = self.store.documents.get(whole(payload, "document")), table(payload, "begin", None)
        language = document.language
        if not wanted:
            after = name_of(payload, "after", "")
            request = Request(
                text, spans, settings, pins, language=language, styles=styles_of(payload), known=document.dictionary
            )
            return request, (after, None) if after else None
        earlier = self.store.runs.get(name_of(wanted, "run"))
        if earlier.settings.get("style") or any(styles_of(earlier.settings)):
            raise EditorError("style_alone", "a run in a style cannot be gone on from; run it again")
        if any("parts" in frame for frame in earlier.frames):
            raise EditorError(
                "in_parts", "a run over a long selection cannot be gone on from; run it again, or on less of it"
            )
        settings["style"] = ""
        if "strength" in earlier.settings:
            settings["strength"] = earlier.settings["strength"]
        else:
            settings.pop("strength", None)
        begin = branches.beginning(earlier.frames, wanted)
        lying = branches.before(earlier.frames, wanted, run, settings["candidates"])
        request = Request(text, spans, settings, [], begin, lying, language, known=document.dictionary)
        return request, (earlier.id, whole(wanted, "step"))

    @cached_property
    def _here(self) -> Payload:
        """What a run depends on beside what it is told."""
        weights = engine.fingerprint(self.denoiser)
        return {"model": self.denoiser.name, "fingerprint": weights, "version": self.version}

    def rerun(self, run_id: str) -> Again:
        """Make a run again from its recipe. Raises EditorError("no_recipe") where that is not possible, RunNotFound."""
        return reruns.again(self.store, run_id, self._here, self._make)

    def _make(self, payload: Payload) -> list[str]:
        """What a request of the page writes; nothing of it is stored."""
        job = self.denoise(uuid.uuid4().hex, self._request(payload, "")[0])
        for _ in job.stream():
            pass
        self.forget(job)
        return job.result

    def close(self) -> None:
        """The program ends: stop every run."""
        self.leave(None)
        self.lab.close()

    def leave(self, session: str | None) -> None:
        """A page was closed: stop what it runs. None: stop every run."""
        with self._lock:
            left = [job for job in self._jobs.values() if job and session in (None, job.session or None)]
        for job in left:
            job.cancel()

    def exported(self, run: str, kind: str, candidate: int | None = None) -> tuple[str, bytes]:
        """A finished run as (file name, bytes). Raises RunNotFound, EditorError."""
        found = self.store.runs.get(run)
        document = self.store.documents.get(found.document_id)
        data = export(found, document.title, document.language, self.version, kind, candidate)
        return file_name(f"{document.title} - run", f".{kind}"), data

    # ---- calls of the page -------------------------------------------------------------------------------------
    def call(self, name: str, payload: Payload) -> Payload:
        """One request of the page by name; errors come back as {"error"}."""
        try:
            return self.asked(name, payload)
        except Exception as error:
            return reply(error)

    def asked(self, name: str, payload: Payload) -> Payload:
        """The same, and errors are raised: EditorError, EngineError, StorageError. Half characters are mended, so that nobody
        who pasted one is stuck."""
        if name not in self._calls:
            raise EditorError(
                "unknown_call", f"the page asked for {engine.shown(name)}, which this version does not know; reload it"
            )
        return self._calls[name](mended_all(payload))

    def _cancel(self, payload: Payload) -> Payload:
        if job := self._jobs.get(name_of(payload, "run")):
            job.cancel()
        return {}

    def _running(self, payload: Payload) -> Payload:
        """Whether a run is still under way, for a page that has not heard of it for a while."""
        return {"running": name_of(payload, "run") in self._jobs}
