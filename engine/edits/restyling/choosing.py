"""What is written at the sites of a text: the options that are better than what stands, as many as the strength allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch

from engine.edits.restyling.site import Site, written
from engine.edits.restyling.style import Style

Accepts = Callable[[str], bool]
"""Whether a text may read so."""
SHOWN = 5
"""options of a site that are named"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of one site."""

    site: Site
    option: str
    margin: float
    """nats by which it is better than what stands"""


def ranked(site: Site) -> tuple[tuple[str, float], ...]:
    """What may stand at a site, with its share; what is left out of 1 is the old words'."""
    assert site.scores is not None
    scores = torch.tensor(site.scores if site.forced else (0.0, *site.scores), dtype=torch.float64).softmax(0).tolist()
    pairs = zip(site.options, scores[-len(site.options) :], strict=True)
    return tuple(sorted(pairs, key=lambda pair: -pair[1])[:SHOWN])


def apart(sites: Sequence[Site]) -> list[Site]:
    """Those that can be shown at once; not those that were found to be worse than what stands."""
    shown: list[Site] = []
    for site in sites:
        open_ = site.forced or site.scores is None or max(site.scores) > 0
        if open_ and not any(site.overlaps(other) for other in shown):
            shown.append(site)
    return shown


def standing(before: Sequence[Site], site: Site) -> list[tuple[Site, str]]:
    """What will stand before a site for certain, so that what is written there agrees with it."""
    ready = [s for s in before if s.forced and s.scores is not None and s.places[-1][1] <= site.places[0][0]]
    return [(s, max(zip(s.scores or (), s.options, strict=True))[1]) for s in apart(ready)]


def accepted(site: Site, source: str, accepts: Accepts) -> Site | None:
    """The site with the options that leave a text which is accepted; None where there is none."""
    good = [i for i, option in enumerate(site.options) if accepts(written(source, [(site, option)]))]
    if not good:
        return None
    scores = None if site.scores is None else tuple(site.scores[i] for i in good)
    options, worth = tuple(site.options[i] for i in good), tuple(site.worth[i] for i in good)
    return replace(site, options=options, worth=worth, scores=scores)


def chosen(sites: Sequence[Site], style: Style, words: int, strength: float, heat: float, seed: int) -> list[Choice]:
    """The changes of one candidate, the best first: at most a share of the words; at least one that is not too bad."""
    rng = torch.Generator().manual_seed(seed)
    choices = []
    for site in sites:
        assert site.scores is not None
        values = torch.tensor((0.0, *site.scores), dtype=torch.float64)
        noise = torch.empty_like(values).exponential_(generator=rng)
        values = values - heat * noise.log()
        best = int(values[1:].argmax())
        choices.append(Choice(site, site.options[best], float(values[1 + best] - values[0])))
    choices.sort(key=lambda choice: (not choice.site.forced, -choice.margin))
    left = max(1, round(strength * words))
    taken: list[Choice] = []
    for choice in choices:
        size = 0 if choice.site.forced else max(1, len(choice.option.split()))
        good = choice.site.forced or choice.margin > (style.floor if not taken else 0.0)
        if good and size <= left and not any(choice.site.overlaps(other.site) for other in taken):
            taken.append(choice)
            left -= size
    return taken


def together(choices: Sequence[Choice], source: str, accepts: Accepts) -> list[Choice]:
    """As many of the changes, the best of them, as leave together a text that is accepted."""
    kept = list(choices)
    while kept and not accepts(written(source, [(choice.site, choice.option) for choice in kept])):
        kept.pop()
    return kept
