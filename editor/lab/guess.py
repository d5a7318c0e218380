"""Lesson 2: one masked word, and what a guess costs."""

from __future__ import annotations

import math
from typing import cast

from editor.lab.shapes.figures import Axis, Bars, Board, Lines, Mark, Number, Series, Table, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, within
from engine import Parameter
from engine.study import guess as study

TEXT = r"""
Hide one word and ask the model. It does not answer with a word but with a **distribution** $Q$: one probability for every
token that it knows. Click on a word of the text to hide another one.

How good was the guess? Only one word was right. Its **cross-entropy** is the price of the guess: how surprised the model would
be to hear the truth.

$$H(P, Q) = -\sum_k P(k) \log Q(k)$$

When the truth $P$ is a single word, only one term is left: $-\log Q(\text{true})$. A model that gave the true word 0.9 pays
$-\log 0.9 = 0.105$; one that gave it 0.01 pays $-\log 0.01 = 4.6$. Move *p in the curve* and read the price. These units are
**nats**; divide by $\log 2$ and you have bits.

**Entropy** $H(Q)$ is what the model expects to pay: large when it is unsure, 0 when it knows. The **KL divergence** is the
part of the price that a better model could save.

$$D_{KL}(P \,\|\, Q) = H(P, Q) - H(P)$$

For a single true word $H(P) = 0$, so both are the same number. Move *Softness*: now other likely words get a share of the truth,
as a teacher's answer would give them. $H(P)$ grows, and the two numbers part. The small table at the end has the textbook's
case, $P = (0.7, 0.2, 0.1)$.

Ask a yes-or-no question instead, *is it this word?*, and you have **binary cross-entropy**. And how does a network learn from
the price? By its **gradient**, which could not be simpler: for every score $z_k$ it is

$$\frac{\partial H}{\partial z_k} = Q(k) - P(k)$$

Words that got too much are pushed down, the true word is pulled up, and everything adds up to zero.
"""
MOST = 64
"""tokens"""
SEED_P, SEED_Q = (0.7, 0.2, 0.1), (0.6, 0.3, 0.1)
"""the worked example of the textbook"""
BIT = math.log(2)


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST)
    at, softness, p = within(values["at"], text), cast(float, values["softness"]), cast(float, values["p"])
    denoiser = desk.guesser
    log_q = yield from desk.scores(text, at)
    found = study.priced(log_q, text.ids[at], softness)
    if found.true == 0:
        notes = [*notes, f"{denoiser.name} gives the true token no probability here, so its price is infinite."]
    names = [repr(piece) for piece in denoiser.tokenizer.shown([i for i, _, _ in found.tops])]
    tokens = [
        Token("" if i == at else piece, "mask" if i == at else "clean", note=piece)
        for i, piece in enumerate(text.pieces)
    ]
    price = [study.surprise(x / 100) for x in range(1, 100)]
    h_p, h_pq, kl = study.compared(SEED_P, SEED_Q)
    return Board(
        figures=(
            Tokens(f"Token {at + 1} is hidden", tokens, picks="at", picked=at),
            Bars(
                "What the model says", Axis("probability", low=0, high=1), names,
                [("model Q", [q for _, q, _ in found.tops]), ("target P", [share for _, _, share in found.tops])],
            ),
            Lines(
                "The price of the truth", Axis("p, probability given to the true token", low=0, high=1),
                Axis("price", "nats", low=0),
                [Series("-log p", [x / 100 for x in range(1, 100)], price, strong=True),
                 Series("-log(1 - p), had the answer been no", [x / 100 for x in range(1, 100)], price[::-1])],
                marks=(Mark(p, study.surprise(p), f"p = {p:g}"),
                       *([Mark(found.true, study.surprise(found.true), "the model")] if 0.01 <= found.true else [])),
            ),
            Bars(
                "Gradient of the price by each score, Q - P", Axis("gradient"), names,
                [("Q - P", [q - share for _, q, share in found.tops])],
            ),
        ),
        numbers=(
            Number("Q(true)", found.true, meaning="probability of the true token"),
            Number("place", found.rank, meaning="of the true token among all that the model knows"),
            Number("H(Q)", found.entropy, "nats", "entropy: what the model expects to pay"),
            Number("H(P)", found.target_entropy, "nats", "entropy of the target; 0 for a single word"),
            Number("H(P, Q)", found.cross_entropy, "nats", "cross-entropy: the price"),
            Number("KL(P || Q)", found.kl, "nats", "what a perfect model would save"),
            Number("binary", found.binary, "nats", "binary cross-entropy of “it is this word”, when it is"),
            Number("price at p", study.surprise(p), "nats", f"-log {p:g}"),
        ),
        tables=(
            Table(
                "The textbook's case: P = (0.7, 0.2, 0.1), Q = (0.6, 0.3, 0.1)", ("quantity", "nats", "bits"),
                [("H(P)", h_p, h_p / BIT), ("H(P, Q)", h_pq, h_pq / BIT), ("KL(P || Q)", kl, kl / BIT)],
            ),
            Table(
                "KL against cross-entropy, for Q = (0.6, 0.3, 0.1)", ("target P", "H(P)", "H(P, Q)", "KL(P || Q)"),
                [(name, h + 0.0, cross, kl) for name, (h, cross, kl) in (
                    ("one-hot (1, 0, 0)", study.compared((1, 0, 0), SEED_Q)),
                    ("soft (0.7, 0.2, 0.1)", study.compared(SEED_P, SEED_Q)))],
                "nats; with one-hot targets they are the same, with soft ones H(P) lies between them",
            ),
            Table(
                "Single words", ("p of the true word", "-log p in nats"),
                [(q, study.surprise(q)) for q in (0.9, 0.5, 0.1, 0.01)],
            ),
        ),
        notes=notes,
        bounds={"at": (1, len(text))},
    )  # fmt: skip


LESSON = Lesson(
    name="guess",
    title="Guess",
    summary="One hidden word: the model's distribution, its entropy, and what being wrong costs.",
    text=TEXT,
    example="The cat is lying on the rug, and the dog would like to lie there too.",
    controls=(
        Parameter("at", "Hidden token", "Place of the token that is hidden; a click on it does the same.", 4, 1, MOST),
        Parameter("softness", "Softness", "Share of the truth that goes to the likeliest other words.", 0.0, 0, 0.9),
        Parameter("p", "p in the curve", "A probability of your own, to read its price.", 0.9, 0.01, 0.99),
    ),
    code=(
        ("engine/diffusion/objectives.py", "cross_entropy"), ("engine/diffusion/objectives.py", "entropy"),
        ("engine/diffusion/objectives.py", "kl"), ("engine/study/guess.py", "scores"),
    ),
    compute=compute,
)  # fmt: skip
