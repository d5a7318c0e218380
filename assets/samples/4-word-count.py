"""Count the words of a text file."""

import sys
from collections import Counter


def words(text):
    """Split a text into lower-case words without punctuation."""
    for word in text.split():
        cleaned = word.strip(".,;:!?()").lower()
        if cleaned:
            yield cleaned


def most_common(path, n=10):
    """Return the n most common words of a file with their counts."""
    with open(path, encoding="utf-8") as file:
        counter = Counter(words(file.read()))
    return counter.most_common(n)


if __name__ == "__main__":
    for word, count in most_common(sys.argv[1]):
        print(f"{count:6} {word}")
