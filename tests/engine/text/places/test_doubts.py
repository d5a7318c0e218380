"""What speaks against a fill, and how lines of a program begin."""

from __future__ import annotations

import re

import pytest

from engine.evaluation.worth import Case, read
from engine.text.places.frame import inner
from engine.text.places.place import Place
from tests.engine.text.places.marked import at

VISIT = (
    "The museum is closed for repairs. ⟦Nobody was told of it.⟧ The guards stood in front of the door, and with every hour more "
    "visitors came to look at the new roof.\n"
)
MAIL = "Dear Ms. Weber,\n\nI hope that you are well. ⟦The parcel came on time.⟧ I will open it with my son tomorrow.\n"
SHOP = "The shop of Mr. Hall is in the old mill. ⟦People come to it from far away.⟧ It was built by a miller.\n"
PHARMACY = (
    "Die Apotheke ist seit gestern zu. ⟦Niemand wusste davon.⟧ Die Leute standen vor der Tür und schimpften laut.\n"
)
POST = (
    "Your parcel was held ⟦at the customs office⟧ until the papers were found. It will leave the city of Bonn today.\n"
)
RENT = "The rent is due on the 3rd of each month. ⟦It does not include heating.⟧ The deposit is two rents.\n"
MILK = "Every day at five ⟦the farmer brings the milk⟧, and by noon it is sold. Cheese is made of the rest.\n"
YEAST = "- 500 g of flour\n- ⟦a pinch of salt⟧\n- a cup of water with yeast\n- a packet of sugar\n"
JAVA = "public void pay(double amount) {\n    if (amount > balance) {\n        ⟦throw new IllegalStateException();⟧\n    }\n}\n"
TASKS = "function open(tasks: Task[]): Task[] {\n  ⟦return tasks.filter((task) => !task.done);⟧\n}\n"
VOWELS = "for (const letter of text) {\n  ⟦if (vowels.includes(letter)) {\n    count++;\n  }⟧\n}\nshow(count);\n"
BEST = "for word in words:\n    ⟦if len(word) > best:⟧\n        best = len(word)\nprint(best)\n"
VOID = "public void add(String name) {\n    ⟦names.add(name);⟧\n    count++;\n}\n"
EARLY = "def f(a):\n    ⟦return a⟧\n    print(a)\n"
SAVE = '#!/bin/sh\nbackup=/var/backups\nmkdir -p "$backup"\n⟦tar czf "$backup/site.tar" /var/www⟧\necho "$backup"\n'
PORTS = "a:\n  image: x\n  ports:\n    - 80\nb:\n  image: y\n  ⟦restart: always⟧\n"
ROWS = "<?php\nforeach ($rows as $row) {\n    ⟦$list[] = $row['a']⟧;\n}\nshow($list);\n"
LOOP = "for word in words {\n    ⟦if word.len() > best {⟧\n        best = word.len();\n    }\n}\n"
CUT = "function short(text, limit) {\n  if (measured) {\n    ⟦const cut = text.lastIndexOf(' ');⟧\n    return cut;\n  }\n}\n"
WORDS = "fun pick(words: List<String>) =\n    ⟦words.mixed().first()⟧\n"
POP = (
    "class Stack:\n    def __init__(self):\n        self.items = []\n\n    def pop(self):\n        ⟦return self.items.pop()⟧\n\n"
    "    def peek(self):\n        return self.items[-1]\n"
)
PAIR = "func mean(values []float64) (float64, error) {\n\tif len(values) == 0 {\n\t\t⟦return 0, errors.New(text)⟧\n\t}\n}\n"
SPLIT = "def parse(line):\n    ⟦key, value = line.split('=')\n    return key, value⟧\n\na, b = parse(text)\n"
RECIPE = "CC=gcc\nOUT=out/app\n\napp: main.o\n\t⟦$(CC) -o $(OUT) main.o⟧\n\nclean:\n\trm -f $(OUT)\n"
MAPS = "Map<String, Integer> all() {\n    ⟦return this.all;⟧\n}\n"
INIT = "class Shelf:\n    def __init__(self):\n        ⟦self.books = []⟧\n\n    def size(self):\n        return len(self.books)\n"
CALLED = "def area(a):\n    return ⟦square(a) / 2⟧\n\ndef square(a):\n    return a * a\n"


@pytest.mark.parametrize("case", read(), ids=lambda case: case.name)
def test_nothing_speaks_against_what_stands_in_a_text(case: Case) -> None:
    place = Place.of(case.text, *inner(case.text, case.span.start, case.span.end))
    assert place.doubts(place.old) == []


@pytest.mark.parametrize(
    ("text", "fill", "doubt"),
    [
        (VISIT, "It will open again in 2024", "strangers"),
        (VISIT, "I had no idea of it", "strangers"),
        (SPLIT, "line = line.strip()\n    return line", "leaves"),
        (RECIPE, "build/app.o: main.o", "other kind"),
        (VISIT, "The director, John Smith, was away", "strangers"),
        (PHARMACY, "Im Jahr 2016 war es so", "strangers"),
        (POST, "the two weeks", "other phrase"),
        (MILK, "o'clock the farm", "no verb"),
        (MILK, "a cup of hot milk", "no verb"),
        (POST, "it was a long way", "other phrase"),
        (YEAST, "a packet of yeast", "nothing new"),
        (VISIT, "The visitors look at the roof", "nothing new"),
        (VOWELS, "if (isVowel(letter)) {\n    count++;\n  }", "unknown names"),
        (CALLED, "surface(a) / 2", "unknown names"),
        (CUT, "const cut = text.toStringInt()", "unknown names"),
        (CUT, "const cut = text.slice(0, limit).toString", "unknown names"),
        (CUT, "const cut = text.split;", "unknown names"),
        (POP, "return self.is_empty()", "unknown names"),
        (POP, "return self.items_size", "unknown names"),
        (PAIR, "return 0.0", "leaves"),
        (PAIR, "return max(0, 1)", "leaves"),
        (SAVE, 'cd "$folder"', "unknown names"),
        (PORTS, "ports: 80", "other kind"),
        (PORTS, "image:\n    - z", "other kind"),
        (ROWS, "$list[] = $entry['a'] . $row", "unknown names"),
        (JAVA, "balance += amount", "leaves"),
        (TASKS, "if (!tasks.length) return []", "leaves"),
        (VOID, "return name", "leaves"),
    ],
)
def test_what_a_reader_would_not_take_is_doubted(text: str, fill: str, doubt: str) -> None:
    assert at(text).doubts(fill) == [doubt]


@pytest.mark.parametrize(
    ("text", "fill"),
    [
        (VISIT, "The director was away on Monday"),
        (MILK, "o'clock the farm wakes up"),
        (MILK, "nobody is awake"),
        (VISIT, "Workers carried stones out of the cellar"),
        (MAIL, "I thank you for the parcel"),
        (SHOP, "Mr. Hall sells bread"),
        (RENT, "It includes 2 cellars"),
        (PHARMACY, "Der Apotheker war im Urlaub"),
        (YEAST, "a spoon of butter"),
        (VOWELS, "if (text.indexOf(letter) > 0) {\n    count++;\n  }"),
        (CALLED, "max(square(a), 1)"),
        (CUT, 'const cut = text.trim().split(" ").length'),
        (CUT, "const cut = text.measured(limit)"),
        (POP, "return self.items.copy()"),
        (INIT, "self.all: list = []"),
        (INIT, "self.some = self.all = []"),
        (PAIR, "return min(1.0, 2.0), nil"),
        (MAPS, "return new HashMap<String, Integer>();"),
        (POP, "return self.peek()"),
        (POP.replace("Stack", "Stack(list)"), "return self.copy()"),
        (CUT, "const cut = text.shown.firstLine"),
        (WORDS, "words.map(String::trim).shuffled()"),
        (SAVE, 'cp -r "$HOME" "${backup}"'),
        (ROWS, "foreach ($row as $cell) { $list[] = $cell; }"),
        (JAVA, "return"),
        (PORTS, "ports:\n    - 5432"),
        (PORTS, "volumes: data"),
        (TASKS, "return tasks.map(open)"),
        (VOID, "if (name == null) return"),
        (EARLY, "a += 1"),
    ],
)
def test_nothing_is_doubted_that_may_well_stand_there(text: str, fill: str) -> None:
    assert at(text).doubts(fill) == []


@pytest.mark.parametrize(
    ("text", "fits", "fails"),
    [
        (BEST, "while len(word) > best[0]", "print(word)"),
        (TASKS, 'return tasks["a"] || []', "show(tasks)"),
        (JAVA, "throw new RuntimeException(amount)", "show(amount)"),
        (VOWELS, 'if ("aeiou".includes(letter)) {\n    count++;\n  }', "try (letter) {\n    count++;\n  }"),
    ],
)
def test_a_line_that_asks_or_leaves_at_the_end_of_its_block_begins_as_it_did(text: str, fits: str, fails: str) -> None:
    place = at(text)
    assert re.fullmatch(place.form, place.old) and re.fullmatch(place.form, fits)
    assert not re.fullmatch(place.form, fails)
    assert at(EARLY).form == "", "in the middle of a block that is anybody's guess"


def test_two_words_are_said_once_and_no_comment_comes_behind_a_statement() -> None:
    assert "repeats itself" in at(VISIT).faults("It was new, and it was old")
    two = at("⟦It was new. It was old and empty.⟧ Nobody came.\n")
    assert two.faults("He was tall. He was rich and kind") == []
    assert "comments" in at(BEST).faults("if len(word) > best #change") and "comments" in at(VOID).faults(
        "names.add(name) #"
    )
    assert "comments" not in at("p {\n  ⟦color: red;⟧\n  margin: 0;\n}\n").faults("color: #3366ff")


def test_what_ends_a_statement_and_stands_behind_it_is_not_written_in_it() -> None:
    for text, mark in ((VOID, ";"), (LOOP, "{")):
        assert not at(text).characters.fits(mark) and all(map(at(text).characters.fits, at(text).old))
        assert "characters" in at(text).faults(at(text).old + mark + " x")
    assert at("for (⟦int i = 0; i < n⟧; i++) {\n}\n").characters.fits(";")
