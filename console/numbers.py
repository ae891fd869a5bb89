"""Whole numbers that come with a request, where anything may stand in their place."""


def whole(text: str, *, otherwise: int = 0, most: int = 99_999) -> int:
    """The number that a text is, from 0 to `most`; `otherwise` for any other text.

    Digits of every script count, as int() reads them; superscripts and the like are digits to some and numbers to
    nobody.
    """
    if not text.isdecimal() or len(text) > len(str(most)):
        return otherwise
    number = int(text)
    return number if number <= most else otherwise
