"""The engine's errors. Every message names the value that was wrong and what to do.

EngineError
├── InvalidRequest         what the caller asked for cannot be done
│   ├── NothingSelected    ├── SpanTooLong        ├── SpanOutOfRange    ├── SpansOverlap
│   ├── StepsOutOfRange    ├── TemperatureOutOfRange  ├── SeedOutOfRange    ├── UnknownSystem
│   ├── InstructionLength  ├── StrengthOutOfRange ├── UnreadableText    ├── UnknownWay
│   ├── LengthOutOfRange   ├── ParameterOutOfRange ├── UnknownParameter ├── TooLongToEnumerate
│   ├── PinUnfit           ├── BeginningUnfit     ├── TextTooShort       for what is asked of it
│   ├── OnlyUnfit          what a span may be cannot be written there
│   └── NothingToStyle     a style finds nothing that it is for
├── TrainingError          training cannot begin or go on
│   ├── CorpusMissing      ├── CorpusDamaged      ├── CheckpointMismatch ├── TrainingDiverged  └── DiskFull
├── SandboxMissing         nothing here walls a program off
├── ExportRefused          a folder that cannot take the model
└── ModelError             the model itself
    ├── ModelMissing       no such folder or name
    ├── ModelDamaged       files are there but cannot be read
    ├── UnsupportedModel   a checkpoint this engine cannot drive exactly
    ├── InvalidLoading     options for loading that make no sense
    ├── RemoteCodeRefused  a checkpoint that brings code of its own, which nobody allowed to run
    └── OutOfMemory        a model larger than the memory there is
"""

import reprlib

_short = reprlib.Repr()
_short.maxstring, _short.maxlong, _short.maxother, _short.maxlevel = 80, 40, 80, 3


def shown(value: object) -> str:
    """A value as a message names it: cut where it is long or deep."""
    try:
        return _short.repr(value)
    except ValueError:  # Python writes no whole number of more than some thousand digits
        return f"a {type(value).__name__} that is too long to be shown"


class EngineError(Exception):
    """Anything the engine refuses. ``code`` is stable and meant for programs, the message for people."""

    code = "engine_error"


class InvalidRequest(EngineError):
    code = "invalid_request"


class NothingSelected(InvalidRequest):
    code = "nothing_selected"


class SpanTooLong(InvalidRequest):
    code = "span_too_long"


class SpanOutOfRange(InvalidRequest):
    code = "span_out_of_range"


class SpansOverlap(InvalidRequest):
    code = "spans_overlap"


class StepsOutOfRange(InvalidRequest):
    code = "steps_out_of_range"


class TemperatureOutOfRange(InvalidRequest):
    code = "temperature_out_of_range"


class SeedOutOfRange(InvalidRequest):
    code = "seed_out_of_range"


class UnknownSystem(InvalidRequest):
    code = "unknown_system"


class InstructionLength(InvalidRequest):
    code = "instruction_length"


class StrengthOutOfRange(InvalidRequest):
    code = "strength_out_of_range"


class UnreadableText(InvalidRequest):
    code = "unreadable_text"


class LengthOutOfRange(InvalidRequest):
    code = "length_out_of_range"


class ParameterOutOfRange(InvalidRequest):
    code = "parameter_out_of_range"


class UnknownParameter(InvalidRequest):
    code = "unknown_parameter"


class UnknownWay(InvalidRequest):
    code = "unknown_way"


class TooLongToEnumerate(InvalidRequest):
    code = "too_long_to_enumerate"


class PinUnfit(InvalidRequest):
    code = "pin_unfit"


class BeginningUnfit(InvalidRequest):
    code = "beginning_unfit"


class TextTooShort(InvalidRequest):
    code = "text_too_short"


class OnlyUnfit(InvalidRequest):
    code = "only_unfit"


class NothingToStyle(InvalidRequest):
    code = "nothing_to_style"


class TrainingError(EngineError):
    code = "training_error"


class CorpusMissing(TrainingError):
    code = "corpus_missing"


class CorpusDamaged(TrainingError):
    code = "corpus_damaged"


class CheckpointMismatch(TrainingError):
    code = "checkpoint_mismatch"


class TrainingDiverged(TrainingError):
    code = "training_diverged"


class DiskFull(TrainingError):
    code = "disk_full"


class SandboxMissing(EngineError):
    code = "sandbox_missing"


class ExportRefused(EngineError):
    code = "export_refused"


class ModelError(EngineError):
    code = "model_error"


class ModelMissing(ModelError):
    code = "model_missing"


class ModelDamaged(ModelError):
    code = "model_damaged"


class UnsupportedModel(ModelError):
    code = "unsupported_model"


class InvalidLoading(ModelError):
    code = "invalid_loading"


class RemoteCodeRefused(ModelError):
    code = "remote_code_refused"


class OutOfMemory(ModelError):
    code = "out_of_memory"
