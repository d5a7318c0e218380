"""What a program calls or names elsewhere is still defined and imported by what is written, in the form of every such line."""

from __future__ import annotations

import re

import pytest

from engine.evaluation.worth import marked
from engine.text.kinds.definitions import defined
from engine.text.places.place import Place

MEAN = "⟦def mean(values):\n    total = sum(values)\n    return total / len(values)⟧\n\nprint(mean([1, 2, 3]))\n"
SQUARE = "package main\n\n⟦func square(n int) int {\n\treturn n * n\n}⟧\n\nfunc main() {\n\tprintln(square(3))\n}\n"
HEAD = "    ⟦void pay(int amount)⟧ {\n        balance -= amount;\n    }\n\n    void all() {\n        pay(3);\n    }\n"
LOAD = "⟦def load(path)⟧:\n    return open(path).read()\n\ntext = load('a.txt')\n"
CSV = "⟦import csv⟧\n\nfor row in csv.reader(file):\n    print(row)\n"
COUNTER = "⟦from collections import Counter⟧\n\ncounted = Counter(words)\n"
MODULE = '⟦import fs from "fs"⟧;\n\nconst text = fs.readFileSync(path);\n'
MAP = "⟦use std::collections::HashMap⟧;\n\nfn main() {\n    let m: HashMap<u8, u8> = HashMap::new();\n}\n"
TWO = "⟦import os\nimport sys⟧\n\nprint(os.listdir(sys.argv[1]))\n"
RULES = ".tab {\n  margin: 0;\n}\n\n⟦.card {\n  color: red;\n}⟧\n\n.card h2 {\n  color: black;\n}\n"
IVARS = "def f\n  ⟦@a = []\n  @a⟧\nend\n"
FIELD = "struct Task {\n    title: String,\n    ⟦done: bool⟧,\n}\n\nfn open(task: &Task) -> bool {\n    !task.done\n}\n"
SIZES = "const box = {\n  ⟦width: 30⟧,\n  height: 4,\n};\nshow(box.width);\n"
LAZY = "class A:\n    ⟦@property\n    def size(self):\n        return len(self.items)⟧\n"
ARROW = "⟦const label = (user) => {\n  return user.name;\n}⟧;\n\nshow(label(user));\n"


def at(text: str) -> Place:
    whole, span = marked(text)
    return Place.of(whole, span.start, span.end)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("def mean(values):", "mean"),
        ("class Stack(Base):", "Stack"),
        ("export default async function load(path) {", "load"),
        ("func (s *Stack) Push(x int) {", "Push"),
        ("type User struct {", "User"),
        ("pub fn area(&self) -> f64 {", "area"),
        ("impl Shape for Circle {", "Shape"),
        ("public static int count(List<String> words) throws IOException {", "count"),
        ("std::vector<int> Stack::all() const {", "all"),
        ("const slug = (title) => {", "slug"),
        ("local function add(a, b)", "add"),
        ("cleanup() {", "cleanup"),
        ("if (ready) {", ""),
        ("} else if (x > 3) {", ""),
        ("for (int i = 0; i < n; i++) {", ""),
        ("return add(a, b);", ""),
        ("total = add(a, b)", ""),
        ("await save(file)", ""),
        ('describe("a stack", () => {', ""),
        ("with open(path) as file:", ""),
        ("switch (kind) {", ""),
        ("private final int size;", ""),
    ],
)
def test_a_line_tells_what_it_defines(line: str, name: str) -> None:
    assert defined(line) == defined(f"    {line}") == name


@pytest.mark.parametrize(
    ("text", "fits", "fails"),
    [
        (
            MEAN,
            "def mean(values):\n    count = len(values)\n    return sum(values) / count",
            "def main():\n    a = 1\n    b = 2",
        ),
        (SQUARE, "func square(n int) int {\n\treturn n + n\n}", "func main() {\n\treturn\n}"),
        (HEAD, "void pay(long amount)", "void save(int amount)"),
        (LOAD, "def load(path, mode)", "with open(path)"),
        (COUNTER, "from counting import Counter", "from functools import reduce"),
        (MODULE, 'import fs from "node:fs"', "const fs = 3"),
        (MAP, "use hashbrown::hash_map::HashMap", "use std::collections::HashSet"),
        (CSV, "import csv, json", "import os"),
        (TWO, "import os, json\nimport sys", "import os\nimport json"),
        (TWO, "import os\nimport sys", "import os\nimport sys\nprint"),
        (RULES, ".card {\n  margin: 1px;\n}", ".item {\n  margin: 1px;\n}"),
        (
            SQUARE,
            "func square(n int) int {\n\tm := n\n\treturn m * n\n}",
            "func square(n int) int {\n\treturn n\n}\nvar m int",
        ),
        (
            LAZY,
            "@property\n    def size(self):\n        return sum(self.items)",
            "@cached\n    def size(self):\n        return 1",
        ),
        (IVARS, "@b = [1]\n  @b", "@b = [1]"),
        (FIELD, "done: u8", "name: String"),
        (SIZES, "width: 12", "width: box"),
        (ARROW, "const label = (user) => {\n  return user.id;\n}", "const other = (user) => {\n  return user.id;\n}"),
    ],
)
def test_what_is_used_elsewhere_is_in_the_form(text: str, fits: str, fails: str) -> None:
    form = at(text).form
    assert re.fullmatch(form, fits) and not re.fullmatch(form, fails)


@pytest.mark.parametrize("text", [MEAN, SQUARE, HEAD, LOAD, CSV, COUNTER, MODULE, MAP, TWO, FIELD, ARROW])
def test_a_name_that_is_used_elsewhere_is_not_lost(text: str) -> None:
    place = at(text)
    assert "loses a name" not in place.faults(place.old)
    assert "loses a name" in place.faults("pass")
    alone = at(f"{text[: text.index('⟧')]}⟧\n")
    assert "loses a name" not in alone.faults("pass"), "nothing else names it"


def test_a_key_imports_nothing() -> None:
    assert "loses a name" not in at("a: 1\n⟦use: cache⟧\nb: cache\n").faults("use: disk")
