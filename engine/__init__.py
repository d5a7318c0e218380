"""Palimpsest's engine: denoise spans of a text with a diffusion language model.

Knows nothing of the editor or of storage.
"""

from engine.canvas import Canvas, Decision, Proposal, Step
from engine.denoise import denoise
from engine.denoiser import Conditioned, Denoiser, Draft
from engine.edit_steps import EditStep, Slot, SpanState
from engine.edits import MAX_INSTRUCTION, MAX_SEED, MAX_STEPS, MAX_TEMPERATURE, edit, infill
from engine.errors import EngineError, InvalidRequest, ModelDamaged, ModelError, ModelMissing, UnsupportedModel
from engine.models import MODELS, load, load_ways
from engine.samplers import SAMPLERS
from engine.scripted import scripted
from engine.spans import Span
from engine.systems import SYSTEMS, System, task
from engine.ways import AUTOMATIC, TASKS, TITLES, Ways

__all__ = [
    "AUTOMATIC", "MAX_INSTRUCTION", "MAX_SEED", "MAX_STEPS", "MAX_TEMPERATURE", "MODELS", "SAMPLERS", "SYSTEMS",
    "Canvas", "Conditioned", "Decision", "Denoiser", "Draft", "EditStep", "EngineError", "InvalidRequest",
    "ModelDamaged", "ModelError", "ModelMissing", "Proposal", "Slot", "Span", "SpanState", "Step", "System",
    "TASKS", "TITLES", "UnsupportedModel", "Ways", "denoise", "edit", "infill", "load", "load_ways", "scripted", "task",
]  # fmt: skip
