"""The lessons, and computing one of them."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Mapping

from editor.documents.files import fitting
from editor.errors import EditorError
from editor.lab import eso_lm, guess, likelihood, noise, score_entropy, speed_limits
from editor.lab.practice import quiz, train
from editor.lab.shapes.figures import Board
from editor.lab.shapes.kept import Kept
from editor.lab.shapes.lesson import Desk, Lesson, Values
from editor.lab.shapes.shelf import Shelf
from editor.lab.writing import both_sides, caching, denoise, factorisation, race
from editor.payload import Malformed, Payload, bounded
from editor.runs.jobs import Turns
from engine import Ways, shown
from engine.study.guess import guesser
from storage import Store

LESSONS: dict[str, Lesson] = {
    lesson.name: lesson
    for lesson in (
        noise.LESSON,
        guess.LESSON,
        factorisation.LESSON,
        denoise.LESSON,
        likelihood.LESSON,
        score_entropy.LESSON,
        eso_lm.LESSON,
        race.LESSON,
        caching.LESSON,
        both_sides.LESSON,
        train.LESSON,
        quiz.LESSON,
        speed_limits.LESSON,
    )
}
SOURCE = ("text", "document", "from", "to", "model")
"""what a lesson is asked about, and whom, beside its own controls"""
SOON = 0.3
"""seconds before which nobody is shown a part of a lesson: where the rest is remembered it comes at once"""


class Lab:
    """Lessons for the page and for HTTP."""

    def __init__(self, ways: Ways, turns: Turns, store: Store) -> None:
        self.ways = ways
        self._turns = turns
        self._store = store
        self._under_way: set[Computing] = set()
        self._kept = Kept()
        self._shelf = Shelf()

    def lessons(self) -> Payload:
        """All lessons, in order, without their figures."""
        return {"lessons": [lesson.told() for lesson in LESSONS.values()], "model": self.ways.default.name}

    def begin(self, name: str, query: Mapping[str, str]) -> Computing:
        """Compute a lesson with what an address says. Raises EditorError, InvalidRequest, StorageError at once where that makes
        no sense."""
        lesson = _named(name)
        values = lesson.values({key: value for key, value in query.items() if key not in SOURCE})
        source, text = self._source(lesson, query)
        named = query.get("model")
        ways, kept = (self._shelf.named(named).ways, Kept()) if named else (self.ways, self._kept)
        desk = Desk(ways, text, kept, self._shelf)
        computing = Computing(lesson, values, source, desk, self._turns if lesson.passes else None)
        self._under_way.add(computing)
        computing.start(self._under_way.discard)
        return computing

    def close(self) -> None:
        """The program ends: stop what is computed."""
        for computing in list(self._under_way):
            computing.cancel()

    def _source(self, lesson: Lesson, query: Mapping[str, str]) -> tuple[Payload, str]:
        """What was asked about, and the text of it: one that is given, a document or a part of it, or the lesson's own."""
        if "text" in query and "document" in query:
            raise EditorError("one_text", "text and document are both given; a lesson is about one of them")
        if "document" in query:
            document = self._store.documents.get(_whole(query, "document"))
            text, source = document.text, {"document": document.id, "title": document.title}
        elif "text" in query:
            text, source = fitting(query["text"]), {}
        else:
            text, source = lesson.example, {"example": True}
        start, end = _whole(query, "from", 0), _whole(query, "to", len(text))
        if not 0 <= start <= end <= len(text):
            raise EditorError(
                "outside", f"from {start} to {end} is outside the text of {len(text)} characters; select anew"
            )
        return {**source, "from": start, "to": end}, text[start:end]


def _named(name: str) -> Lesson:
    if name not in LESSONS:
        known = ", ".join(LESSONS)
        raise EditorError("lesson_not_found", f"there is no lesson {shown(name)}; there are {known}", 404)
    return LESSONS[name]


def _whole(query: Mapping[str, str], name: str, default: int | None = None) -> int:
    given = query.get(name)
    if given is None and default is not None:
        return default
    try:
        found: int = bounded(name, int(given or ""))
    except ValueError as error:
        raise Malformed(f"{name} must be a whole number, got {shown(given)}") from error
    return found


class Computing:
    """One lesson being computed, in a thread of its own. It stops between two forward passes when it is cancelled."""

    def __init__(self, lesson: Lesson, values: Values, source: Payload, desk: Desk, turns: Turns | None) -> None:
        self.lesson = lesson
        self._values, self._source, self._desk, self._turns = values, source, desk, turns
        self._cancelled, self._finished = threading.Event(), threading.Event()
        self._new: queue.SimpleQueue[tuple[int, int] | Payload | None] = queue.SimpleQueue()
        self._holds = False
        self._answer: Payload | None = None
        self._error: Exception | None = None

    def start(self, done: object) -> None:
        assert callable(done)
        self._turn = self._turns.queue() if self._turns is not None else None  # refused at once where too many wait

        def work() -> None:
            try:
                self._answer = self._alone()
            except Exception as error:  # handed to whoever listens
                self._error = error
            finally:
                done(self)
                self._finished.set()
                self._new.put(None)

        threading.Thread(target=work, name=f"lesson-{self.lesson.name}", daemon=True).start()

    def cancel(self) -> None:
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        return self._finished.wait(seconds)

    def result(self) -> Payload:
        """What was computed, when it is. Raises what went wrong."""
        self._finished.wait()
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer

    def progress(self) -> Iterator[tuple[int, int] | Payload]:
        """(done, of all) as it goes, and the lesson as far as it is where there is something to see, until it ends."""
        while (step := self._new.get()) is not None:
            yield step

    def _alone(self) -> Payload:
        """The lesson, when the engine is free."""
        if self._turn is None:
            return self._computed()
        try:
            self._come()
            return self._computed()
        finally:
            if self._holds:
                self._turn.leave()
            self._turn.drop()

    def _come(self) -> None:
        assert self._turn is not None
        self._holds = self._turn.come(self._cancelled.is_set)
        if not self._holds:
            raise _stopped()

    def _give_way(self) -> None:
        """Let those who wait have the engine first."""
        if self._turns is None or self._turn is None or not self._turns.wanted:
            return
        self._holds = False
        self._turn.leave()
        self._turn = self._turns.queue()
        self._come()

    def _computed(self) -> Payload:
        start = time.perf_counter()
        computation = self.lesson.compute(self._desk, self._values)
        try:
            while True:
                if self._cancelled.is_set():
                    raise _stopped()
                step = next(computation)
                if not isinstance(step, Board):
                    self._new.put(step)
                elif time.perf_counter() - start > SOON:
                    self._new.put(self._told(step, start))
                if self.lesson.gives_way:
                    self._give_way()
        except StopIteration as end:
            board = end.value
        finally:
            computation.close()
        return self._told(board, start)

    def _told(self, board: Board, start: float) -> Payload:
        asked = self.lesson.passes and not self.lesson.of_its_own
        told, model = board.told(), guesser(self._desk.ways)[1].name if asked else None
        return {
            **told,
            "lesson": self.lesson.name, "title": self.lesson.title, "values": self._values, "source": self._source,
            "text": (told["text"] or self._desk.text)[:200], "model": model,
            "seconds": round(time.perf_counter() - start, 4), "models": self._desk.shelf.told(),
        }  # fmt: skip


def _stopped() -> EditorError:
    return EditorError("stopped", "the lesson was left before it was computed; open it again", 409)
