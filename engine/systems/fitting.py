"""What a system is on the model at hand: which of its settings change nothing there, and what people should know."""

from __future__ import annotations

from engine.denoising.denoiser import Denoiser
from engine.systems.presets import System

AT_ONCE = (
    "This model's fills are drawn at once, before the first step. The steps reveal them in this system's order; none of them "
    "computes anything."
)
"""said where a causal model writes"""

CHOOSES = (
    "Fills are drawn before the first step and judged by the text on both sides; every step looks at the canvas as it stands and "
    "weighs them anew."
)

UNIFORM = {
    "mdlm": "This model was trained on random words in place of masks, so this is the reverse process of uniform noise (UDLM): "
    "every step draws every word of the mask anew, as likely as it may have been one step earlier. There is no remasking and no "
    "early end. Pinned words and words that are not asked for stay.",
    "mercury": "This model was trained on random words in place of masks. The rules Analytic and Euler are SEDD's for such "
    "noise: any word of the mask may change until the last step, so there is nothing to correct and no early end. Pinned words "
    "and words that are not asked for stay. Under the other rules undecided places hold random words, new ones in every step.",
}
UNTRAINED = (
    "This model was trained on random words in place of masks: undecided places hold some, new ones in every step, and written "
    "words look like them to it. Its own process is MDLM's."
)
"""said of a model of uniform noise"""


def inert(system: System, denoiser: Denoiser) -> dict[str, str]:
    """The settings that do nothing on a model, each with the reason."""
    facts = denoiser.facts
    once = "what is drawn at once was judged as a whole" if facts.at_once else ""
    anew = "under the noise of this model every word may change until the last step" if facts.uniform else ""
    reasons = {
        **dict.fromkeys(("remasking", "eta", "held", "first_hitting"), anew),
        "self_conditioning": "" if facts.self_conditions else "this model was not trained to be fed its last scores",
        "block_length": f"this model writes in blocks of {facts.block} of its own" if facts.block else "",
        "floor": once or ("this model does not weigh words that stand" if facts.carries_over else ""),
        "scrapes": once,
        "threshold": "the judge decides" if facts.judged else "",
        "suspicion": "" if facts.judged else "no judge looks over what is changed",
    }
    return {p.name: reasons[p.name] for p in system.parameters if reasons.get(p.name)}


def note(system: System, denoiser: Denoiser) -> str:
    """What a system's own description leaves out of what it is on this model; nothing where it is all of it."""
    facts, said = denoiser.facts, []
    if facts.at_once:
        said.append(AT_ONCE)
    elif facts.chooses:
        said.append(CHOOSES)
    if not facts.at_once and system.attention in ("eso-a", "eso-b") and system.attention not in facts.orders:
        said.append(
            "This model reads all of the text in every step, so here (A) and (B) are the same and nothing is kept."
        )
    if system.noise == "uniform" and not facts.reads_noise and not facts.at_once:
        said.append("This model reads masks, so it starts from masks and what is not kept becomes a mask again.")
    if system.name == "mercury" and facts.carries_over:
        said.append(
            "This model does not weigh words that stand: doubtful ones are scraped by chance, the least sure most often."
        )
    if facts.uniform:
        said.append(UNIFORM[system.name] if system.name in UNIFORM else UNTRAINED)
    if facts.block:
        said.append(f"This model writes in blocks of {facts.block} tokens of its own, from left to right.")
    return " ".join(said)
