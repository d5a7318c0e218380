"""Palimpsest's engine: denoise spans of a text with a diffusion language model.

Knows nothing of the editor or of storage.
"""

from engine.beginning import PLACES, Beginning, Pin, Placed
from engine.canvas import Canvas, Decision, Proposal, Step
from engine.denoise import Temperature, denoise
from engine.denoiser import Conditioned, Denoiser, Draft
from engine.dice import Dice
from engine.edit_steps import EditStep, Slot, SpanState
from engine.edits import MAX_CANDIDATES, MAX_INSTRUCTION, MAX_SEED, edit, infill, level, nll, prepare
from engine.errors import (
    EngineError,
    InvalidLoading,
    InvalidRequest,
    ModelDamaged,
    ModelError,
    ModelMissing,
    OutOfMemory,
    RemoteCodeRefused,
    UnknownParameter,
    UnsupportedModel,
    shown,
)
from engine.length import WISHES, wish
from engine.models import MODELS, load, load_ways
from engine.models.loading import Loading
from engine.parameters import STRENGTH, Parameter
from engine.passages import unread
from engine.restyle import METHODS, means, restyle
from engine.restyling.style import Gap, Style
from engine.samplers import SAMPLERS
from engine.scripted import scripted
from engine.spans import Span
from engine.systems import SYSTEMS, System, task
from engine.ways import AUTOMATIC, TASKS, TITLES, Ways
from engine.weak_spots import Spot, check, heat

__all__ = [
    "AUTOMATIC", "MAX_CANDIDATES", "MAX_INSTRUCTION", "MAX_SEED", "METHODS", "MODELS", "PLACES", "SAMPLERS", "STRENGTH",
    "SYSTEMS", "TASKS", "TITLES", "WISHES", "Beginning", "Canvas", "Conditioned", "Decision", "Denoiser", "Dice", "Draft",
    "EditStep", "EngineError", "Gap", "InvalidLoading", "InvalidRequest", "Loading", "ModelDamaged", "ModelError", "ModelMissing",
    "OutOfMemory", "Parameter", "Pin", "Placed", "Proposal", "RemoteCodeRefused", "Slot", "Span", "SpanState", "Spot",
    "Step", "Style", "System", "Temperature", "UnknownParameter", "UnsupportedModel", "Ways", "check", "denoise", "edit", "heat",
    "infill",
    "level", "load", "load_ways", "means", "nll", "prepare", "restyle", "scripted", "shown", "task", "unread", "wish",
]  # fmt: skip
