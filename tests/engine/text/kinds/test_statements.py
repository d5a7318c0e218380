"""Statements that do something: what people write has no fault, and what a model writes for it without a meaning is found."""

from __future__ import annotations

import pytest

from engine.evaluation.worth import marked
from engine.text.places.place import Place

PYTHON = "def average(values):\n    if not values:\n        return 0\n    ⟦total = sum(values)⟧\n    return total / len(values)\n"
JAVASCRIPT = (
    "function name(user) {\n  ⟦const first = user.first.trim()⟧;\n  const last = user.last.trim();\n"
    "  return first + last;\n}\n"
)
CSHARP = "public void Add(string name)\n{\n    ⟦if (name == null) return⟧;\n    names.Add(name);\n}\n"
PHP = "function greet($name)\n{\n    ⟦$name = trim($name)⟧;\n    return $name;\n}\n"
READ = "for line in file:\n    ⟦line = line.strip()⟧\n    print(line)\n"
LOOP = "for (const item of items) {\n  ⟦sum += item.price⟧;\n}\nshow(sum);\n"
SWITCH = "switch (x) {\n  case 1:\n    ⟦return y⟧;\n  default:\n    return z;\n}\n"
OPEN = "try:\n    ⟦with open(path) as file:⟧\n        data = file.read()\nexcept OSError as error:\n    print(path, error)\n"
SEVERAL = "func f(a []int) int {\n\t⟦n, ok := count(a)⟧\n\tif !ok {\n\t\treturn 0\n\t}\n\treturn n\n}\n"
ROWS = "$list = array();\n⟦foreach ($rows as $row) {⟧\n    $list[] = $row['a'];\n}\nshow($list, $rows);\n"
FOR = 'int main(void) {\n    int n = 3;\n    ⟦for (int i = 0; i < n; i++) {⟧\n        printf("%d", i);\n    }\n    return n;\n}\n'
ARROW = "const all = rows.map((a) => a + 1);\n⟦const top = all.filter((b) => b > 3)⟧;\nshow(top);\n"
BLOCK = "for _, n := range numbers {\n\t⟦total += n\n\tfmt.Println(n)⟧\n}\nfmt.Println(total)\n"


def at(text: str) -> Place:
    whole, span = marked(text)
    return Place.of(whole, span.start, span.end)


@pytest.mark.parametrize(
    "text", [PYTHON, JAVASCRIPT, CSHARP, PHP, READ, LOOP, SWITCH, OPEN, SEVERAL, ROWS, FOR, ARROW, BLOCK]
)
def test_a_statement_that_stands_there_does_something(text: str) -> None:
    assert at(text).faults(at(text).old) == []


@pytest.mark.parametrize(
    ("text", "fill"),
    [
        (PYTHON, "return sum(values)"),
        (PYTHON, "total = 0"),
        (PYTHON, "count = sum(values)"),
        (JAVASCRIPT, "let name = user.name; return name"),
        (JAVASCRIPT, "user.name = user.name.trim()"),
        (CSHARP, "return name"),
        (CSHARP, "user.Add(name, new Item())"),
        (CSHARP, "if (name == null) { return; }"),
        (PHP, "$name = (string) $name"),
        (PHP, "$text = trim($name)"),
        (READ, "line.strip()"),
        (READ, "line = line"),
        (LOOP, "return sum += item"),
        (LOOP, "const max = Math.max(item.price)"),
        (LOOP, "sum += item.price * quantity"),
        (BLOCK, "total += n\n\tresult := n * 2"),
        (BLOCK, "return\n\ttotal += n"),
    ],
)
def test_one_that_does_nothing_there_is_found(text: str, fill: str) -> None:
    assert "does nothing" in at(text).faults(fill)


@pytest.mark.parametrize(
    ("text", "fill"),
    [
        (PYTHON, "total = max(values) + min(values)"),
        (JAVASCRIPT, "const first = user.first.toUpperCase()"),
        (CSHARP, "if (name.Length === 0) throw new Error(name)"),
        (PHP, "$name = ucfirst($name)"),
        (READ, "line = line.rstrip()"),
        (LOOP, "if (item.price > 0) sum += item.price"),
        (BLOCK, "half := n / 2\n\ttotal += half"),
    ],
)
def test_another_that_does_something_has_no_fault(text: str, fill: str) -> None:
    assert at(text).faults(fill) == []
