"""Palimpsest's engine: denoise spans of a text with a diffusion language model.

Knows nothing of the editor or of storage.
"""

from engine.denoising.denoiser import Conditioned, Denoiser, Draft
from engine.denoising.loop import denoise
from engine.diffusion.canvas import Canvas, Decision, Proposal, Step
from engine.diffusion.dice import Dice
from engine.diffusion.temperature import Temperature
from engine.edits.ahead import level, prepare
from engine.edits.infilling import MAX_CANDIDATES, MAX_INSTRUCTION, MAX_SEED, edit, infill, nll
from engine.edits.proofread import proofread
from engine.edits.proofreading.passages import unread
from engine.edits.proofreading.weak_spots import Spot, check, heat
from engine.edits.restyle import METHODS, means, restyle
from engine.edits.restyling.style import Style
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
from engine.models.fingerprint import fingerprint
from engine.models.load import MODELS, load, load_ways
from engine.models.loading.options import Loading
from engine.models.scripted import scripted
from engine.runs.branching import PLACES, Beginning, Pin, Placed
from engine.runs.steps import EditStep, Slot, SpanState
from engine.samplers import SAMPLERS
from engine.systems.choice import AUTOMATIC, TASKS, TITLES, Ways
from engine.systems.fitting import inert, note
from engine.systems.parameters import STRENGTH, Parameter
from engine.systems.presets import SYSTEMS, System, task
from engine.text.boundaries import words as word_ranges
from engine.text.only.only import Only, only
from engine.text.prose.blocks import Block
from engine.text.prose.english import foreign, prose_of
from engine.text.spans import Span, trim
from engine.text.wishes import WISHES, wish

__all__ = [
    "AUTOMATIC", "MAX_CANDIDATES", "MAX_INSTRUCTION", "MAX_SEED", "METHODS", "MODELS", "PLACES", "SAMPLERS",
    "STRENGTH", "SYSTEMS", "TASKS", "TITLES", "WISHES", "Beginning", "Block", "Canvas", "Conditioned", "Decision", "Denoiser",
    "Dice", "Draft", "EditStep", "EngineError", "InvalidLoading", "InvalidRequest", "Loading", "ModelDamaged",
    "ModelError", "ModelMissing", "Only", "OutOfMemory", "Parameter", "Pin", "Placed", "Proposal",
    "RemoteCodeRefused", "Slot", "Span", "SpanState", "Spot", "Step", "Style", "System", "Temperature",
    "UnknownParameter", "UnsupportedModel", "Ways", "check", "denoise", "edit", "fingerprint", "foreign", "heat", "inert",
    "infill", "level", "load", "load_ways", "means", "nll", "note", "only", "prepare", "proofread", "prose_of", "restyle",
    "scripted", "shown", "task", "trim", "unread", "wish", "word_ranges",
]  # fmt: skip
