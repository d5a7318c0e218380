"""A name that only one statement had a use for has one after it, too."""

from __future__ import annotations

import pytest

from engine.evaluation.worth import marked
from engine.text.places.place import Place

GO = "func total(prices []int) int {\n\tsum := 1\n\tfor _, price := range prices {\n\t\t⟦sum += price⟧\n\t}\n\treturn sum\n}\n"
RUST = "impl Stack {\n    pub fn push(&mut self, item: T) {\n        ⟦self.items.push(item);⟧\n    }\n    fn item(&self) {}\n}\n"
JAVA = "class A {\n    void add(int amount, int fee) {\n        ⟦balance += amount - fee;⟧\n    }\n}\n"
SWIFT = "    var result: [Person] = []\n    for person in people {\n        ⟦result.append(person)⟧\n    }\n    return result\n"
PYTHON = (
    "def words(path):\n    counts = {}\n    for word in path:\n        ⟦counts[word] = len(word)⟧\n    return counts\n"
)
ARROW = "const twice = (value) => {\n  ⟦return value * 2;⟧\n};\nshow(value);\n"
USED = "def add(a, b):\n    check(a, b)\n    ⟦log(a, b)⟧\n    return a + b\n"
THROUGH = "def f(items):\n    total = 1\n    for n in items:\n        ⟦total += items.at(n)⟧\n    return total\n"
KNOWN = "limit = read(path)\n⟦show(limit)⟧\nsave(limit)\n"


def doubts(text: str, fill: str) -> list[str]:
    whole, span = marked(text)
    return Place.of(whole, span.start, span.end).doubts(fill)


@pytest.mark.parametrize("text", [GO, RUST, JAVA, SWIFT, PYTHON, ARROW, USED, KNOWN, THROUGH])
def test_what_stands_there_leaves_no_name_unused(text: str) -> None:
    assert "unused names" not in doubts(text, marked(text)[0][marked(text)[1].start : marked(text)[1].end])


@pytest.mark.parametrize(
    ("text", "fill"),
    [
        (GO, "sum += sum"),
        (RUST, "self.items.push(1);"),
        (JAVA, "balance += amount;"),
        (SWIFT, "print(person)"),
        (PYTHON, "word = len(word)"),
        (ARROW, "return 2;"),
    ],
)
def test_a_name_that_stands_for_nothing_any_more_is_doubted(text: str, fill: str) -> None:
    assert "unused names" in doubts(text, fill)


@pytest.mark.parametrize(
    ("text", "fill"),
    [
        (GO, "sum = price + sum"),
        (RUST, "self.items.insert(0, item);"),
        (JAVA, 'log("${amount}", fee);'),
        (SWIFT, "if person.old { result.append(person) }"),
        (USED, "log(1)"),
        (KNOWN, "show(path)"),
        (THROUGH, "total += n"),
    ],
)
def test_one_that_still_has_a_use_is_not(text: str, fill: str) -> None:
    assert "unused names" not in doubts(text, fill)


def test_a_name_may_have_a_use_further_on_than_is_known() -> None:
    far = GO.replace("\t}\n\treturn", "\t\tlog(sum)\n" * 60 + "\t\tlog(price)\n\t}\n\treturn")
    assert "unused names" not in doubts(far, "sum += sum")


VALUED = "function load(id) {\n  const a = get(id);\n  ⟦if (!a.ok) throw new Error(id);⟧\n  return a.json();\n}\n"
VOID = "function log(id) {\n  ⟦if (!id) throw new Error(id);⟧\n  show(id);\n}\n\nfunction two() {\n  return 2;\n}\n"


def test_a_function_that_gives_a_value_does_not_end_without_one() -> None:
    assert "leaves" in doubts(VALUED, "if (!a.ok) return;")
    assert "leaves" not in doubts(VALUED, "if (!a.ok) return null;")
    assert "leaves" not in doubts(VOID, "if (!id) return;")
