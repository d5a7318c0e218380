"""What the writer is told to do with a text, by kind of edit."""

from __future__ import annotations

import numpy as np

from engine.training.examples.corpus import Pair

INSTRUCTIONS: dict[str, tuple[str, ...]] = {
    "grammar": ("Correct the grammar and spelling.", "Fix the mistakes.", "Proofread this.", "Fix the grammar."),
    "formal": ("Make this more formal.", "Rewrite this formally.", "Use a formal tone."),
    "casual": ("Make this more casual.", "Rewrite this casually.", "Use an informal tone."),
    "simpler": ("Make this simpler.", "Use plain words.", "Simplify this."),
    "shorter": ("Make this shorter.", "Cut the fillers.", "Shorten this."),
    "clarity": ("Make this clearer.", "Improve the wording.", "Rewrite this for clarity."),
    "coherence": ("Make this more coherent.", "Connect the sentences better."),
    "split_sentence": ("Split this into shorter sentences.", "Write this as two sentences."),
    "merge_sentences": ("Merge these sentences into one.", "Write this as one sentence."),
    "code_fix_bug": ("Fix the bug.", "Correct the code."),
    "code_fix_syntax": ("Fix the syntax error.", "Make this parse."),
    "code_fix_name": ("Fix the misspelt name.", "Correct the wrong name."),
    "code_format": ("Format the code.", "Clean up the formatting."),
    "code_add_docstring": ("Add a docstring.", "Document this function."),
    "code_add_types": ("Add type hints.", "Annotate the types."),
    "code_release_diff": ("Update this code.", "Bring this code up to date."),
}
"""instructions by kind, the first of which is the one that is used"""
KINDS = {
    "gec_synthetic": "grammar",
    "gec_identity": "grammar",
    "doc_copyedit": "grammar",
    "doc_rewrite": "clarity",
    "iterater_fluency": "grammar",
    "iterater_clarity": "clarity",
    "iterater_coherence": "coherence",
    "iterater_style": "clarity",
    "iterater_content": "clarity",
}
"""kinds of the corpus under the instruction they are trained with; others keep their name"""
WEIGHTS = {
    "gec_synthetic": 1.0,
    "gec_identity": 1.0,
    "split_sentence": 1.0,
    "merge_sentences": 1.0,
    "code_release_diff": 0.5,
}
"""how often a kind is drawn; other edits of code once, other edits of prose were made by people: see Shares.human"""


def instruction_of(pair: Pair, rng: np.random.Generator | None = None) -> str | None:
    """What the writer is told for a pair; None for a kind without an instruction. Without ``rng`` the usual wording."""
    if pair.instruction:
        return pair.instruction
    wordings = INSTRUCTIONS.get(KINDS.get(pair.kind, pair.kind))
    if wordings is None:
        return None
    return wordings[0 if rng is None else int(rng.integers(len(wordings)))]
