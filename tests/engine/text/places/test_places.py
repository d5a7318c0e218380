"""What a place in a text asks of a fill: the words that stand there bear themselves, and what people got instead is named."""

from __future__ import annotations

import pytest

import engine
from engine.evaluation.worth import marked, read
from engine.text.places.frame import inner
from engine.text.places.place import Place
from tests.engine.text.places.marked import at

TUNED = "When winter comes, ⟦the piano is tuned⟧, and the choir sings in the hall. Nobody pays for it.\n"
FLOOR = "Before you lay the floor, ⟦measure the room twice⟧ and sweep it well. One day is enough for most rooms.\n"
ROADS = "The children walked ⟦together from⟧ and from the school for a year. Then a bus came.\n"
HOST = "location /files/ {\n    ⟦alias /srv/files/;⟧\n    autoindex on;\n}\n"
SHELL = '#!/bin/sh\ntarget="$1"\nfor file in *.txt; do\n    ⟦cp "$file" "$target/$file.$(date +%F)"⟧\ndone\necho "$target"\n'
TEX = "\\section{One}\nLet ⟦$a$ be $b$⟧ here.\n"


@pytest.mark.parametrize("case", read(), ids=lambda case: case.name)
def test_what_stands_in_a_text_has_no_fault(case) -> None:
    start, end = inner(case.text, case.span.start, case.span.end)
    place = Place.of(case.text, start, end)
    assert place.faults(place.old) == []
    assert place.start.fits(place.old.lstrip()[0]) and all(map(place.characters.fits, place.old))


TASKS = "- [x] book the room\n- [ ] ⟦send out the invitations⟧\n- [ ] order the cake\n"
PAGE = "<h1>Hours</h1>\n<p>⟦We are open every day.⟧</p>\n<p>On holidays the shop is closed.</p>\n"
PIP = "## Install\n\n```\npip install paperboy\n```\n\n⟦This puts the program into place.⟧ Then type its name.\n"
EQUAL = "const a = read();\n⟦if (!a.size) {\n  show(a);\n}⟧\nkeep(a);\n"
POST = "The parcel was held ⟦at the customs office⟧ until the papers were found. It will leave Bonn today.\n"
STORY = "# The Boat\n\n⟦Nobody had told the children about the letter.⟧ It rained all day, and a boat lay on the beach."
GO = "func main() {\n\tfor _, n := range numbers {\n\t\t⟦total += n\n\t\tcount++⟧\n\t}\n\tfmt.Println(total)\n}\n"
YAML = "services:\n  web:\n    image: nginx\n  ⟦db:\n    image: postgres\n    restart: always⟧\n  cache:\n    image: redis\n"
TABLE = "| item | price |\n| --- | --- |\n⟦| apple | red |⟧\n| plum | blue |\n"
CSV = "name;price\n⟦Tea;3.50⟧\nCoffee;4.20\nMilk;1.10\n"
COLOURS = 'colours = ["red", ⟦"green"⟧, "blue"]\n'
IMPORTS = "import os\n⟦import re⟧\nimport sys\n\nprint(os.name)\n"
LIST = "Bring:\n\n- bread\n⟦- cheese\n- apples⟧\n- water\n"
LETTER = "Hi Sam,\n\n⟦can we move our meeting to Thursday?⟧ I have to take the car to the garage on Wednesday.\n"
GERMAN = "⟦Das Haus hat Garten, Keller und Balkon.⟧ Es steht seit Jahren leer, und der Besitzer lebt in Hamburg.\n"
JAPANESE = "⟦今日は雨が降っています。⟧明日は晴れるでしょう。\n"
WALK = "In the evening we like to ⟦walk⟧ along the river."
TWO = "It was late. ⟦The children slept. Their father read.⟧ Nobody spoke.\n"
SAID = '"I am sorry," said Tom. "⟦I missed the bus⟧ and walked."\n'
BULLETS = "- 500 g flour\n- ⟦a pinch of salt⟧\n- a cup of water\n- some yeast\n"
WALKERS = "name;city;age\nLena;Hamburg;34\n⟦Marco;Turin;41⟧\nInes;Porto;29\n"
DAYS = "date,item,price\n2024-03-01,bread,2.80\n⟦2024-03-01,milk,1.20⟧\n2024-03-02,apples,3.45\n"
SUM = "for (const item of items) {\n  ⟦sum += item;⟧\n}\n"
COUNT = (
    "for word in words:\n    ⟦if word not in counts:\n        counts[word] = 0\n    counts[word] += 1⟧\nprint(counts)\n"
)
WHEN = 'when (n) {\n    0 -> "none"\n    ⟦1 -> "one"⟧\n    else -> "many"\n}\n'
THAI = "เมื่อวานนี้ฉันไปตลาดกับแม่ ⟦เราซื้อผลไม้และผัก⟧ แล้วเรากลับบ้านทำอาหารเย็น"
RULE = "p {\n  color: red;\n  ⟦margin: 0;⟧\n  padding: 1em;\n}\n"
CSS = "body {\n  margin: 0;\n}\n\np {\n  ⟦color: #333;\n  margin: 0;⟧\n}\n"

ASKED = "The door was locked. ⟦Have you seen the keys?⟧ They are not in my coat.\n"
TOLD = "The door was locked. ⟦Somebody has taken the keys.⟧ They are not in my coat.\n"
GEFRAGT = "Ich war gestern bei dir. ⟦Wo warst du denn?⟧ Die Tür war offen.\n"
DOCKER = "FROM python:3.12\nWORKDIR /app\n⟦RUN pip install flask⟧\nCOPY . .\n"
LAST = "services:\n  web:\n    image: nginx\n    ports:\n      - 80\n  ⟦db:\n    image: redis\n    ports:\n      - 1⟧\n"
STOCK = "product,price,unit\nCoffee,4.20,kg\n⟦Tea,3.50,kg⟧\nCocoa,6.10,kg\n"
PRICE = "product,price,unit\nCoffee,4.20,kg\nTea,⟦3.50⟧,kg\nCocoa,6.10,kg\n"
WEIGHT = "| fruit | weight |\n| --- | --- |\n| apple | 150 |\n| pear | ⟦170⟧ |\n| plum | 60 |\n"
JAVA = "void add(Integer size) {\n    ⟦total += size;⟧\n    show(total);\n}\n"
PEOPLE = '[\n  {"name": "Oslo", "people": 709000},\n  {"name": "Bergen", "people": ⟦289000⟧}\n]\n'
PHP = 'function greet($name)\n{\n    ⟦$name = trim($name);⟧\n    return "Hello, " . $name;\n}\n'


@pytest.mark.parametrize(
    ("text", "fill", "fault"),
    [
        (STORY, '"Nobody knew" was all', "start"),
        (STORY, "Days of the week", "no sentence"),
        (STORY, "Occupied by a lady in a blue dress", "no sentence"),
        (STORY, "Validation of a report", "no sentence"),
        (STORY, "Respectfully, please", "no sentence"),
        (TOLD, "Have you seen them", "question"),
        (TOLD, "Where are they", "question"),
        (ASKED, "Somewhere, I think", "question"),
        (ASKED, "They are gone", "question"),
        (GEFRAGT, "Ich bin da", "question"),
        (STOCK, "Milk,4.20,kg", "copies"),
        (PRICE, "4.20", "copies"),
        (WEIGHT, "60", "copies"),
        (PEOPLE, "709000", "copies"),
        (PHP, 'echo "Hello, "', "strange"),
        (PHP, "print_r()", "strange"),
        (PHP, "$name", "strange"),
        (JAVA, "if (size == Integer.MIN_VALUE)", "strange"),
        (JAVA, "most = Integer.MAX_VALUE", "strange"),
        (STORY, "The barararark lay there", "repeats itself"),
        (STORY, "1.", "start"),
        (STORY, ")2.", "start"),
        (STORY, "\u244c", "characters"),
        (STORY, "it was a long day", "start"),
        (STORY, "It rained all day", "repeats the text"),
        (STORY, "He waited. She did not. Nobody came", "sentences"),
        (STORY, "Nobody had seen the", "unfinished"),
        (POST, "for a week or", "unfinished"),
        (FLOOR, "it is time to", "unfinished"),
        (TUNED, "the old man will", "unfinished"),
        (POST, "there. we are sorry", "sentences"),
        (STORY, "Nobody knew when it was expected to", "unfinished"),
        (STORY, "Running the above command will", "unfinished"),
        (STORY, "It was not the only boat in the l.", "unfinished"),
        (STORY, "My name is Emma Taylor, and I am", "unfinished"),
        (STORY, "The boat was used by two or more", "unfinished"),
        (STORY, "They left at the end of the meeting, 1", "sentences"),
        (STORY, "All day the boat lay on a beach", "repeats the text"),
        (TASKS, "[x] the invitations", "lead"),
        (TASKS, "Notepad", "no sentence"),
        (PAGE, "2022-01-01", "no sentence"),
        (PIP, "Use `pip install paperboy` to install the software", "repeats the text"),
        (STORY, "Nobody had (told the children", "brackets"),
        (STORY, "Nobody, nobody, nobody had told them", "repeats itself"),
        (STORY, "Saturday, 13th, October, 2", "no sentence"),
        (STORY, "MARK: 2019", "no sentence"),
        (STORY, "Note: the door is open", "no sentence"),
        (STORY, "Emerald, 1984", "no sentence"),
        (STORY, "Robotics.org", "no sentence"),
        (STORY, "ElizabethanExpert on January 14", "no sentence"),
        (STORY, "Amy Redding x 1", "no sentence"),
        (STORY, "Melissa, Masa", "no sentence"),
        (STORY, "UPPERBELYWOOD", "no sentence"),
        (STORY, "In the 17th century", "no sentence"),
        (STORY, "Michaela", "no sentence"),
        (STORY, "Category:You are here to help", "no sentence"),
        (STORY, "COOKIES are the best thing of all", "no sentence"),
        (STORY, "We bought cookies, a.t.o.", "no sentence"),
        (STORY, "Iranian Ambassador to the United States", "no sentence"),
        (STORY, "FFFFFFFFFFFFFFFF", "repeats itself"),
        (LETTER, "5:00 is fine", "start"),
        (WALK, "walk, a masterpiece of art, a masterpiece of art, a masterpiece of art", "repeats itself"),
        (WALK, "be born......", "repeats itself"),
        (WALK, "to walk", "repeats the text"),
        (WALK, "walk along", "repeats the text"),
        (WALK, "walk.", "end"),
        (WALK, "そ歩く", "characters"),
        (JAPANESE, "Direct雨が降って", "characters"),
        (WALK, "The walk", "start"),
        (TWO, "The children slept", "sentences"),
        (SAID, 'I am late," he said. "I am here', "brackets"),
        (BULLETS, "Pinch of salt", "start"),
        (HOST, "host_name here.example.net and host_name here.example.net", "repeats itself"),
        (WALKERS, "Lena;Berlin;22", "repeats a name"),
        (YAML, "queue:\n    image: redis\n    image: redis:7", "repeats a name"),
        (WALKERS, "Turin;Turin;22", "repeats a name"),
        (YAML, "cache:\n    image: postgres\n    restart: no", "repeats a name"),
        (RULE, "color: blue", "repeats a name"),
        (LAST, "web:\n    image: redis\n    ports:\n      - 1", "repeats a name"),
        ("⟦⟧", "Robotics.", "no sentence"),
        (DOCKER, "EXECutable /app.py", "lead"),
        (SUM, "// add the item", "comments"),
        (SUM, "sum += item; // add the item", "comments"),
        (SUM, "//", "comments"),
        (SUM, "sum += item; // 1000", "comments"),
        (SUM, "sum += item,       // null", "comments"),
        (WHEN, 'else -> "success"', "repeats a name"),
        (WHEN, "except nil", "lead"),
        (THAI, "PYTHON กลม", "characters"),
        (GO, "total += n", "lines"),
        (GO, "total += n\n\t}\n}\n\nfunc main() {", "brackets"),
        (GO, "total += n\n}", "indentation"),
        (GO, "total += n\n        count++", "indentation"),
        (GO, "total += n\n\t\t count++", "indentation"),
        (YAML, "db:\n  \timage: postgres\n  \trestart: always", "indentation"),
        (YAML, "-  13\n    image: x\n    restart: no", "lead"),
        (YAML, "db:\n    image: postgres\nrestart: always", "indentation"),
        (YAML, "db:\n    image: postgres\n    restart always", "lead"),
        (TABLE, "apple", "separators"),
        (TABLE, "apple | red | round", "separators"),
        (CSV, "price", "separators"),
        (CSV, "Tea;3.50;new", "separators"),
        (COLOURS, 'green", "yellow', "brackets"),
        (COLOURS, "blue", "repeats the text"),
        (IMPORTS, "import os", "repeats the text"),
        (IMPORTS, "import re,", "end"),
        (LIST, "cheese\na.", "lead"),
        (LIST, "cheese", "lines"),
        (CSS, "body {\n  margin: 0", "brackets"),
        (TEX, "$a be $b$", "brackets"),
        (SHELL, 'cp "$file "$target"', "brackets"),
        (SHELL, "printf hello", "strange"),
        (SHELL, "name=`echo $file`", "does nothing"),
        (CSS, "color: #333\n  margin: 0", "line ends"),
    ],
)
def test_what_does_not_fit_is_named(text: str, fill: str, fault: str) -> None:
    assert fault in at(text).faults(fill)


@pytest.mark.parametrize(
    ("text", "fill"),
    [
        (STORY, "Tom's boat had sunk"),
        (DOCKER, "COPY requirements.txt /app"),
        (STORY, "Take care of the children"),
        (STORY, "There's a boat"),
        (STORY, "The boat had been sold in the spring"),
        (TASKS, "buy some bread for all"),
        (PAGE, "The shop opens at ten"),
        (PIP, "This installs the program"),
        (EQUAL, "if (a.size === 3) {\n  show(a);\n}"),
        (ASKED, "Did you look in the car"),
        (ASKED, "If they are lost, what do we do"),
        (TOLD, "When I came they were gone"),
        (TOLD, "Have a look at the lock"),
        (GEFRAGT, "Bist du im Garten gewesen"),
        (STOCK, "Milk,1.10,kg"),
        (PRICE, "3.90"),
        (PEOPLE, "291000"),
        (PHP, "$name = ucfirst($name)"),
        (JAVA, "total = Math.max(total, size)"),
        (JAVA, "if (size > 0) total++"),
        (JAVA, "if (valid(size)) show(total)"),
        (STORY, "The old man closed the door and went down to the harbour"),
        (STORY, "In 1984 the ship sank with 300 men"),
        (STORY, "Anna Weber waited"),
        (GERMAN, "Der Garten des Hauses liegt an der Straße nach Berlin"),
        (JAPANESE, "昨日東京で会議が開かれました"),
        (WALK, "Tom Sawyer"),
        (WALK, "stroll hand in hand"),
        (GO, "sum := n * 2\n\t\ttotal += sum\n\t\tfmt.Println(n)"),
        (YAML, "queue:\n    image: rabbitmq\n    ports:\n      - 5672"),
        (TABLE, "pear | green"),
        (CSV, "Juice;2.80"),
        (YAML, "queue:\n    image: redis\n    nodes:\n      - name: a\n        at: b\n      - name: c\n        at: d"),
        (ROADS, "to"),
        (COLOURS, "yellow"),
        (IMPORTS, "import json"),
        (LIST, "ham\n- a knife\n- salt"),
        (CSS, "color: black;\n  padding: 1px"),
        (TWO, "The cat slept. The dog barked"),
        (SAID, "I lost my keys"),
        (BULLETS, "pinch of salt"),
        (WALKERS, "Demi;Paris;23"),
        (DAYS, "2024-03-01,tea,1.00"),
        (SUM, "sum = sum + item"),
        (SHELL, 'mv "$file" "$target"'),
        (SHELL, 'gzip -c "$file" > "$target/$file.gz"'),
        (COUNT, "if word in counts:\n        counts[word] += 1\n    else:\n        counts[word] = 1"),
    ],
)
def test_what_fits_has_no_fault(text: str, fill: str) -> None:
    assert at(text).faults(fill) == []


@pytest.mark.parametrize(
    ("text", "between"),
    [
        (STORY, "Nobody had told the children about the letter"),
        (TABLE, "apple | red"),
        (COLOURS, "green"),
        (LIST, "cheese\n- apples"),
        (CSS, "color: #333;\n  margin: 0"),
        ("for (;;) {\n  ⟦if (a > b) {⟧\n    b = a;\n", "if (a > b)"),
        ("He said, ⟦“I am here.”⟧ Then he left.", "I am here"),
        ("> one\n⟦> two.⟧\n", "two"),
        ("⟦...⟧", "..."),
        ("a ⟦(b)⟧ c", "(b)"),
    ],
)
def test_marks_at_the_ends_of_a_selection_stay(text: str, between: str) -> None:
    assert at(text).old == between


@pytest.mark.parametrize("text", [STORY, TABLE, COLOURS, LIST, CSV, WALK])
def test_people_see_the_marks_as_part_of_the_span_and_never_half_of_them(text: str) -> None:
    whole, span = marked(text)
    start, end = inner(whole, span.start, span.end)
    *_, last = engine.infill(engine.scripted(" so" if whole[start - 1] == " " else "so"), whole, [span])
    made = last.spans[0]
    assert (made.start, made.end) == (span.start, span.end)
    assert made.text == whole[span.start : start] + "so" + whole[end : span.end]
    assert "".join(slot.text for slot in made.slots) == made.text


def test_in_an_empty_text_a_sentence_begins_and_ends_unless_code_is_wanted() -> None:
    empty = Place.of("", 0, 0)
    assert empty.faults("The rain fell.") == []
    assert not empty.start.fits("-") and not empty.start.fits("n") and "end" in empty.faults("The rain fell")
    assert {"start", "characters"} & set(empty.faults("-_1000000000000"))
    assert Place.of("", 0, 0, code=True).faults("import os") == []


def test_an_entry_at_a_caret_is_none_that_is_in_the_list() -> None:
    steps = Place.of("1. Open.\n2. Close.\n", 18, 18, "\n3. ")
    assert "repeats the text" in steps.faults("Open.") and "repeats the text" in steps.faults("close")
    assert "repeats the text" not in steps.faults("Wait.")


def test_a_letter_that_stands_around_may_be_a_last_word() -> None:
    text = "Let x be the length. ⟦The area is known for every x⟧. It grows with its square."
    place = at(text)
    assert "unfinished" not in place.faults("We solve it for x") and "unfinished" in place.faults("We solve it for q")
