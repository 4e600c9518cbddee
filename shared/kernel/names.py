"""Names as people and programs write them: one look, one name."""

import unicodedata

__all__ = ["folded", "oddity", "printable"]

_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
"""Categories of characters that show nothing, or change how others are shown."""

_LOOK_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
"""Scripts with letters that look like those of another."""


def folded(text: str) -> str:
    """Return a name with single blanks, its wide, circled and joined letters plain.

    The compatibility characters of Unicode (NFKC) become the ones they stand for.
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())


def oddity(name: str) -> str:
    """Return what makes a name look like another; empty where nothing does.

    Hidden characters (zero width, direction, control), and a word whose letters are of
    two scripts that share shapes.
    """
    if any(unicodedata.category(one) in _HIDDEN for one in name):
        return "a hidden character"
    for word in name.split():
        if len({_script(letter) for letter in word if letter.isalpha()} - {""}) > 1:
            return "letters of two scripts in one word"
    return ""


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for script in _LOOK_ALIKE if name.startswith(script)), "")


def printable(text: str, most: int) -> str:
    """Return what can be shown of a stranger's text, at most so many characters."""
    shown = text[: 4 * most]
    return "".join(one for one in folded(shown) if one.isprintable())[:most].strip()
