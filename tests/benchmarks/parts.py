"""Message part analysis with contents, against the naive loop over characters (10)."""

from collections.abc import Callable, Iterator
from time import perf_counter

from messaging.text.alphabet import weights
from messaging.text.parts import SINGLE, SPLIT, analyse
from tests.benchmarks.measure import CONTROL, QUICK, Result, at_most, compared, interleaved

CALLS = 300 if QUICK else 2000
SENTENCE = "Your parcel {7} arrives on Monday between 9 and 12 o'clock. "
TEXTS = {
    "1,530 GSM characters": (SENTENCE * 30)[:1500].replace("{", "(").replace("}", ")") + "x" * 30,
    "630 UCS-2 characters": ("Ваша посылка прибудет в понедельник, до встречи! " * 20)[:630],
}
_BASIC = {chr(point) for point in range(0x250) if (found := weights(chr(point))) is not None and len(found) == 1}


def naive(text: str) -> list[str]:
    """Character by character: choose the encoding, then fill parts."""
    gsm = True
    for character in text:
        if character not in _BASIC:
            gsm = False
            break
    encoding = "GSM" if gsm else "UNICODE"
    units = 0
    for character in text:
        units += 1 if gsm or ord(character) < 0x10000 else 2
    if units <= SINGLE[encoding]:
        return [text]
    contents, current, used = [], "", 0
    for character in text:
        cost = 1 if gsm or ord(character) < 0x10000 else 2
        if used + cost > SPLIT[encoding]:
            contents.append(current)
            current, used = "", 0
        current += character
        used += cost
    return [*contents, current]


def _timed(call: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        began = perf_counter()
        for _ in range(CALLS):
            call()
        return (perf_counter() - began) / CALLS * 1e6

    return run


def results() -> Iterator[list[Result]]:
    for name, text in TEXTS.items():
        assert list(analyse(text).contents) == naive(text), name
        figures = interleaved(
            {
                "ours": _timed(lambda text=text: analyse(text)),  # type: ignore[misc]
                "floor": _timed(lambda text=text: naive(text)),  # type: ignore[misc]
                CONTROL: _timed(lambda text=text: naive(text)),  # type: ignore[misc]
            }
        )
        yield [
            compared(
                "10",
                f"part analysis, {name}",
                "naive loop",
                figures,
                unit="µs",
                must=at_most(0.25),
                reach=at_most(0.15),
            )
        ]
