"""The form of a place: what stood there has it, what holds rows and blocks together is in it, and whatever is drawn keeps it."""

from __future__ import annotations

import re

import pytest
import torch

import engine
from engine.diffusion.canvas import Canvas
from engine.evaluation.worth import marked
from engine.text.permitted import formed
from engine.text.places.frame import inner
from engine.text.spans import context_of
from tests.conftest import some
from tests.engine.families import family
from tests.engine.text.places.marked import at

GO = "for _, n := range numbers {\n\t\t⟦total += n\n\t\tcount++⟧\n\t}\n"
COUNT = "for w in words:\n    ⟦if w not in c:\n        c[w] = 0\n    c[w] += 1⟧\nprint(c)\n"
RUST = 'for x in &v {\n        ⟦println!("{}", x);\n        sum += x;⟧\n    }\n'
JAVA = "class A {\n    int f() {\n        ⟦int a = 1;\n        return a;⟧\n    }\n}\n"
SHELL = "#!/bin/sh\n⟦if [ -f config ]; then\n  . config\nfi⟧\necho done\n"
LATEX = "Before.\n\n⟦\\begin{quote}\n  A short quotation.\n\\end{quote}⟧\n\nBehind.\n"
ITEMS = "\\begin{itemize}\n  ⟦\\item Pears\n  \\item Plums⟧\n\\end{itemize}\n"
CSS = "body {\n  margin: 0;\n}\n\n⟦p {\n  color: red;\n}⟧\n"
YAML = "services:\n  ⟦db:\n    image: postgres\n    restart: always⟧\n  cache:\n    image: redis\n"
TOML = '[package]\n⟦version = "0.1.0"\nprivate = true\nport = 8080⟧\n\n[log]\n'
JSON = '{\n  "name": "demo",\n  ⟦"version": "1.0.0",\n  "private": true,⟧\n  "main": "index.js"\n}\n'
HTML = "<ul>\n  ⟦<li>Two</li>\n  <li>Three</li>⟧\n</ul>\n"
TASKS = "- [ ] bread\n⟦- [ ] cheese\n- [x] apples⟧\n- [ ] water\n"
STEPS = "1. Open the box.\n⟦2. Take out the lamp.\n3. Plug it in.⟧\n4. Switch it on.\n"
CSV = "date,city,temp\n2024-01-01,Oslo,-3\n⟦2024-01-02,Bergen,4⟧\n2024-01-03,Tromso,-8\n"
PRICES = "name;price\n⟦Tea;3,50 €⟧\nCoffee;4,20 €\n"
QUOTED = 'name,note\nTea,"hot, black"\n⟦Coffee,"strong, with milk"⟧\nMilk,"cold, fresh"\n'
TABLE = "| Name | Age |\n|---|---|\n| Anna | 31 |\n⟦| Tom | 28 |\n| Lee | 30 |⟧\n"
CELL = "| Name | Age |\n|---|---|\n| Anna | 31 |\n| Tom | ⟦28⟧ |\n"
TABS = "name\tage\nAnna\t31\n⟦Tom\t28⟧\nEva\t45\n"
RUSSIAN = "товар,цена,единица\nКофе,4.20,кг\n⟦Чай,3.50,кг⟧\nКакао,6.10,кг\n"
CHINESE = "姓名,城市,年龄\n王芳,北京,34\n⟦李明,上海,41⟧\n张伟,广州,29\n"
GREEK = "όνομα;πόλη\nΆννα;Αθήνα\n⟦Νίκος;Πάτρα⟧\n"
STATION = '[\n  {"id": "N1", "depth": 12.5},\n  ⟦{"id": "N2", "depth": 8.0},⟧\n  {"id": "N3", "depth": 31.2}\n]\n'
DEPTH = '[\n  {"id": "N1", "depth": 12.5},\n  {"id": "N2", "depth": ⟦8.0⟧}\n]\n'
TIMEOUT = "server:\n  host: localhost\n  timeout: ⟦30⟧\n  ssl: true\n"
SINCE = 'name = "demo"\nsince = ⟦2024-03-01⟧\n'
TOTAL = "def f(values):\n    ⟦total = sum(values)⟧\n    return total\n"
NAME = "Thanks for all.\n\nKind regards,\n⟦Ida Berg⟧\n"
ALL = {name: text for name, text in globals().items() if isinstance(text, str) and "⟦" in text}


@pytest.mark.parametrize("ends", some(["\n", "\r\n"]))
@pytest.mark.parametrize("name", ALL)
def test_what_stood_there_has_the_form(name: str, ends: str) -> None:
    found = at(ALL[name].replace("\n", ends))
    assert found.form and re.fullmatch(found.form, found.old)


@pytest.mark.parametrize(
    ("text", "fits", "fails"),
    [
        (GO, "sum := n * 2\n\t\ttotal += sum", "total += n"),
        (GO, "a()\n\t\tb()", "a()\n\t\t\tb()"),
        (COUNT, "if w in c:\n        c[w] += 1\n    else:\n        c[w] = 1", "if w in c:\n        c[w] += 1"),
        (RUST, "let y = x;\n        sum += y", "let y = x\n        sum += y"),
        (SHELL, "if [ -d src ]; then\n  cd src\nfi", "if [ -d src ]; then\n  cd src\ndone"),
        (LATEX, "\\begin{quote}\n  Another one.\n\\end{quote}", "\\begin{quote}\n  Another one.\n\\end{quo}"),
        (ITEMS, "Figs\n  \\item Nuts", "Figs\n  Nuts"),
        (CSS, "h1 {\n  margin: 0;\n}", "h1 {\n  margin: 0;"),
        (YAML, "queue:\n    image: rabbitmq\n    ports: none", "queue:\n    image: rabbitmq"),
        (TOML, 'version = "2"\npublic = false\nport = 9000', 'version = "2"\npublic = 1\nport = 9000'),
        (JSON, '"version": "2",\n  "main": false', '"version":,\n  "main": false'),
        (HTML, "<li>A</li>\n  <li>B c</li>", "<li>A</li>\n  </ul>"),
        (TASKS, "ham\n- [x] salt", "ham\n- salt"),
        (STEPS, "Sit down.\n3. Read it", "Sit down.\n3. Read. it,\n"),
        (CSV, "2023-12-02,Rome,-14", "2023-12-02,Rome"),
        (CSV, "2023-12-02,Rome,9", "Feb 2,Rome,9"),
        (PRICES, "Milk;12,80 €", "price"),
        (PRICES, "Milk;1,10 €", "Milk;cheap"),
        (QUOTED, 'Cocoa,"sweet, hot"', "Cocoa,sweet, hot"),
        (TABLE, "Ben | 9 |\n| Sue | 41", "Ben | 9"),
        (CELL, "45", "Age"),
        (TABS, "Bella\t22", "Bella 22"),
        (RUSSIAN, "Сок,1.80,кг", "Сок,кг"),
        (CHINESE, "陈静,深圳,30", "陈静,深圳"),
        (GREEK, "Εύα;Βόλος", "Eva;Volos"),
        (STATION, '{"id": "K7", "depth": 90.1}', "{}"),
        (DEPTH, "14.5", '"deep"'),
        (TIMEOUT, "60", "auto"),
        (SINCE, "2023-11-30", '"today"'),
        (TOTAL, "total = max(values)", "return sum(values)"),
        (NAME, "Tom Lee", "The company"),
    ],
)
def test_what_holds_it_together_is_in_the_form(text: str, fits: str, fails: str) -> None:
    form = at(text).form
    assert re.fullmatch(form, fits) and not re.fullmatch(form, fails)


@pytest.mark.parametrize(
    "text",
    ["It rained. ⟦The boat lay on the beach.⟧ Nobody came.", "a ⟦word⟧ b", "x = ⟦1998⟧\n", "昨日は\n⟦寒い\n雨⟧\n"],
)
def test_a_part_of_a_line_and_letters_of_several_tokens_are_left_to_the_judge(text: str) -> None:
    assert at(text).form == ""


@pytest.mark.parametrize("drawn", ["a,b\n⟦c,d⟧\ne,f\n", "x\n⟦a b\n  c d⟧\ne\n", "я,ю\n⟦б,в⟧\nг,д\n"])
def test_whatever_a_model_draws_keeps_the_form(drawn: str) -> None:
    text, span = marked(drawn)
    found = at(drawn)
    *_, last = engine.infill(family("causal"), text, [span], candidates=3, seed=2, temperature=1.5)
    for (made,) in last.candidates:
        start, end = inner(text, span.start, span.end)
        assert re.fullmatch(found.form, made.text[start - span.start : len(made.text) - (span.end - end)])


def test_what_stands_on_the_canvas_without_the_form_is_kept() -> None:
    d, (text, span) = family("causal"), marked("a,b\n⟦c,d⟧\ne,f\n")
    context = formed(context_of(text, [span], d.tokenizer, d.max_slots, marks_stay=True), d.tokenizer, judged=True)
    assert context.gaps[0].only is not None
    (comma, *_) = d.tokenizer.encode(",")
    ids, noisy = torch.full((1, context.slots), d.mask_id), torch.ones(1, context.slots, dtype=torch.bool)
    ids[0, 0], noisy[0, 0] = comma, False
    bound, canvas = d.condition(context), Canvas(ids, noisy, torch.zeros_like(noisy))
    assert list(bound.draft(canvas))
    assert int(bound.logits(canvas, 0.5)[0, 0].argmax()) == comma or bound.wholes(canvas, 0, 0)[0][0][0] == comma
