"""What stands as its writer means it: wishes, dialect in quotes, words that are spoken of; and words taken for one another."""

from __future__ import annotations

import pytest

from engine.text.prose.choices import either, meant
from engine.text.prose.english import findings
from engine.text.prose.suspicions import suspected


def changed(text: str) -> set[str]:
    """What rules would make of a text, one change at a time."""
    known = {text[: f.start] + form + text[f.end :] for f in findings(text) for form in f.options}
    return known | {text[:start] + form + text[end:] for start, end, _, forms in suspected(text) for form in forms}


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("If she were still alive, she would laugh.", "were", "was"),
        ("I wish it were Friday.", "were", "was"),
        ("He spoke as though he really were ill.", "were", "was"),
        ("It is I who am to blame.", "am", "is"),
        ("It is you who are wrong.", "are", "is"),
        ("Every Tom, Dick and Harry has an opinion.", "has", "have"),
        ("Each man and woman was given a number.", "was", "were"),
        ("Whom did you see?", "Whom", "Who"),
        ("I asked whom she had met.", "whom", "who"),
        ("“He don't know nothing about it,” he said.", "don't", "doesn't"),
        ('"We was just leavin\', Bert," he said.', "was", "were"),
        ('People often write "could of" when they mean "could have".', "could of", "could have"),
        ("The word “recieve” is misspelt.", "recieve", "receive"),
    ],
)
def test_what_is_meant_as_it_stands_is_left(text: str, old: str, new: str) -> None:
    start = text.index(old)
    assert meant(text, start, start + len(old), new)
    assert text.replace(old, new, 1) not in changed(text)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("She were at home.", "were", "was"),
        ("If they was here, we would know.", "was", "were"),
        ("It is I who is to blame.", "is", "am"),
        ("The man whom is here is my uncle.", "whom", "who"),
        ('She said, "He don\'t like me."', "don't", "doesn't"),
        ('He is "late". They was early.', "was", "were"),
        ("I could of gone.", "of", "have"),
    ],
)
def test_a_mistake_is_not_taken_for_a_choice(text: str, old: str, new: str) -> None:
    start = text.index(old)
    assert not meant(text, start, start + len(old), new)


def test_what_counts_may_be_one_or_several() -> None:
    assert either("What matters ") and not either("What ")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("We would rather stay then go out.", "We would rather stay than go out."),
        ("I want too go home.", "I want to go home."),
        ("I hope your coming to the party.", "I hope you're coming to the party."),
        ("I hope their coming to the party.", "I hope they're coming to the party."),
        ("I can't here you.", "I can't hear you."),
        ("Come over hear and look.", "Come over here and look."),
        ("I don't want to loose my job.", "I don't want to lose my job."),
        ("The trousers are too lose around the waist.", "The trousers are too loose around the waist."),
        ("It had a bad affect on the crops.", "It had a bad effect on the crops."),
        ("The law will effect every small firm.", "The law will affect every small firm."),
        ("The whether was bad.", "The weather was bad."),
        ("I don't know weather he will come.", "I don't know whether he will come."),
        ("He gave me some good advise.", "He gave me some good advice."),
        ("It was quiet a lot of money.", "It was quite a lot of money."),
        ("Please be quite.", "Please be quiet."),
        ("We walked passed the church.", "We walked past the church."),
        ("She past the exam.", "She passed the exam."),
        ("We where late.", "We were late."),
        ("This is the house were I was born.", "This is the house where I was born."),
        ("I don't no why.", "I don't know why."),
        ("I went to by some milk.", "I went to buy some milk."),
        ("He runs very quick.", "He runs very quickly."),
        ("She sings beautiful in the choir.", "She sings beautifully in the choir."),
        ("He speaks English very good.", "He speaks English very well."),
        ("They danced very happy.", "They danced very happily."),
        ("I can't find my keys nowhere.", "I can't find my keys anywhere."),
        ("He doesn't have no money left.", "He doesn't have any money left."),
        ("We never saw nobody there.", "We never saw anybody there."),
        ("I have many homework this week.", "I have much homework this week."),
        ("Two mans were waiting.", "Two men were waiting."),
        ("The CD's are in the box.", "The CDs are in the box."),
        ("We have over fifty DVD's.", "We have over fifty DVDs."),
        ("Why do your brother arrive late?", "Why does your brother arrive late?"),
        ("He wants to join an union.", "He wants to join a union."),
        ("Where do she work now?", "Where does she work now?"),
        ("How many money do you need?", "How much money do you need?"),
        ("He is married with a doctor.", "He is married to a doctor."),
        ("I am going the cinema tonight.", "I am going to the cinema tonight."),
        ("She explained me the rules.", "She explained to me the rules."),
        ("It depends of the weather.", "It depends on the weather."),
        ("It is a man who's car was stolen.", "It is a man whose car was stolen."),
        ("We went with he wife.", "We went with his wife."),
        ("She asked he's brother to come.", "She asked his brother to come."),
        ("They talked about they children.", "They talked about their children."),
        ("Please take your shoes of.", "Please take your shoes off."),
        ("You must turn of the oven.", "You must turn off the oven."),
        ("He put on dry close.", "He put on dry clothes."),
        ("Stop loosing time.", "Stop losing time."),
        ("He often looses his keys.", "He often loses his keys."),
        ("She said me a secret.", "She told me a secret."),
        ("Today was coldest than yesterday.", "Today was colder than yesterday."),
        ("The second film is worst than the first.", "The second film is worse than the first."),
        ("He gave me no advise.", "He gave me no advice."),
        ("Although he was tired, but he kept walking.", "Although he was tired, he kept walking."),
        ("Because it rained, so we left.", "Because it rained, we left."),
    ],
)
def test_what_people_write_for_one_another_is_suspected(wrong: str, right: str) -> None:
    assert right in changed(wrong) and not changed(right)


@pytest.mark.parametrize(
    "text",
    [
        "Things got better then, and we left.", "She worked less then.", "I like their singing in the choir.",
        "We can be here all day.", "He let the dogs loose.", "She could loose the hounds.", "The side effects were mild.",
        "The people he met came close.", "What do you think of?", "They want some of the cake.", "Turn left at the end of it.",
        "Who's next is easy to see.", "He's head of the school.", "He said she knew.", "All of my close friends came.",
        "He asked whether it was late.", "The house is quiet at night.", "She was quite good at it.", "He passed the church.",
        "The past is another country.", "There is no need to go.", "I can't just do nothing.", "She grew quiet.",
        "He eats slow food.", "He works hard and plays hard.", "The work is very good.", "It does good to the skin.",
        "They never say nothing happened.", "The drive is nice in May.", "Many music lovers came.", "He is known to by-standers.",
        "The CEO's assistant is late.", "The two NGO's reports were late.", "Do your homework and help others.",
        "Do your parents live here?", "He is referred to by a nickname.",
        "She is married with two children.", "Although late, but not too late, he came.",
        "We went the long way round.", "She explained them well.",
    ],
)  # fmt: skip
def test_what_is_right_is_not_suspected(text: str) -> None:
    assert not changed(text)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ('"Whom do you trust?" she asked.', '"Whom', '"Who'),
        ("They had to loose the dogs at dawn.", "to loose", "to lose"),
        ("We met his sons, two of whom were lame.", "whom", "who"),
        ('"You\'ve took the best one," he said. "I\'ll have to do it meself."', "took", "taken"),
        ('"They was here first," he said, "and it don\'t matter to me."', "was", "were"),
    ],
)
def test_what_is_meant_is_left_whatever_stands_around_it(text: str, old: str, new: str) -> None:
    start = text.index(old)
    assert meant(text, start, start + len(old), new)


def test_what_one_loses_is_not_let_loose() -> None:
    text = "Do not loose the key."
    assert not meant(text, 7, 12, "lose")
