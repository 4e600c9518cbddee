"""Hostile input, guided by coverage: ``python -m faults.fuzz [--seconds N] [TARGET…]``.

Each target reads bytes of strangers. It reads them, or refuses them in a sentence: any
other exception, a minute without an end or two gigabytes are a finding, kept in a file.
``make fuzz`` gives each a minute of one core; atheris (libFuzzer) finds the way.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import atheris
from pydantic import ValidationError

__all__ = ["TARGETS", "main"]

_LONGEST = 20
_MEMORY = 2_000

with atheris.instrument_imports(include=["services", "shared"]):
    from services.alerts.reading import UnreadableError, read_packet
    from services.gateway.domain.colours import told_colours
    from services.gateway.domain.forms import (
        new_event_form,
        new_user_form,
        upload_form,
    )
    from services.gateway.domain.headers import observed
    from services.gateway.domain.images import hints_of, image_in
    from services.gateway.domain.proxies import asker
    from services.gateway.domain.search import read_search
    from services.imager.domain.faults import UnusableImageError
    from services.imager.domain.pixels import read_pixels
    from services.ingest.domain.read import read_catalogue
    from shared.kernel.fits_images import chosen_image, images_of
    from shared.kernel.fits_layout import parts_of, read_in
    from shared.kernel.names import oddity, printable
    from shared.kernel.sentence import RefusedError
    from shared.messaging.wire import decoded, encoded, told

from tests.support.alerts import voevent  # noqa: E402 - what is looked at comes first
from tests.support.catalogues import ascii_head, fits_table  # noqa: E402
from tests.support.every_event import every_event  # noqa: E402

_FOUR = ("MAG_AUTO", "MAGERR_AUTO", "ALPHA_J2000", "DELTA_J2000")
_EVENTS = list(every_event())
_REFUSALS = (RefusedError, UnreadableError, UnusableImageError, ValidationError)


def _catalogue(content: bytes) -> None:
    read_catalogue(content)


def _packet(content: bytes) -> None:
    read_packet(content)


def _message(content: bytes) -> None:
    told(content)
    place = content[0] if content else 0
    decoded(type(_EVENTS[place % len(_EVENTS)]), content[1:])


def _header(content: bytes) -> None:
    observed(content)


def _image(content: bytes) -> None:
    image = image_in(read_in(content), len(content), "")
    if image is not None:
        hints_of(image, {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "image.fits")
        path.write_bytes(content)
        read_pixels(path, chosen_image(images_of(parts_of(read_in(content)))), None)


def _form(content: bytes) -> None:
    lines = content.decode("utf-8", "replace").split("\n")
    fields = dict(line.partition("=")[::2] for line in lines)
    for read in (_upload, new_event_form, new_user_form):
        with _refusing():
            read(fields)


def _upload(fields: dict[str, str]) -> None:
    upload_form(fields, 60000.0)


def _words(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    for read in (read_search, told_colours, oddity):
        with _refusing():
            read(text)
    printable(text, 80)
    asker("192.0.2.1", [text], ())


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except _REFUSALS as fault:
        if not str(fault):
            raise AssertionError("refused without a sentence") from fault


_FITS = fits_table(_FOUR)
_FORMS = b"EventID=ivo://x\nMJD=57000.5\nexpTime=90\nra=12:30:00\ndec=-4\nobsName=O\nlon=1\nlat=2"
TARGETS: dict[str, tuple[Callable[[bytes], None], Sequence[bytes]]] = {
    "catalogue": (_catalogue, (ascii_head(), _FITS, fits_table(_FOUR, ldac=True))),
    "packet": (
        _packet,
        (voevent("ivo://gaia.cam.uk/alerts#x", ra=1, dec=2), b'{"id": 1}'),
    ),
    "message": (
        _message,
        [bytes([place]) + encoded(one) for place, one in enumerate(_EVENTS)],
    ),
    "header": (_header, (_FITS,)),
    "image": (_image, (_FITS,)),
    "form": (_form, (_FORMS,)),
    "words": (_words, (b"Gaia16aye", b"12:30:00 -04:00:00 30s", b"B-V=0.5")),
}
"""What reads bytes of strangers, and good ones to begin with."""


def _alone(name: str, words: Sequence[str]) -> None:
    """Fuzz one target for ever, or as libFuzzer is told."""
    reads, _ = TARGETS[name]

    def one(content: bytes) -> None:
        with _refusing():
            reads(content)

    atheris.Setup([name, *words], one)
    atheris.Fuzz()


def _fuzzed(name: str, seconds: int, folder: Path) -> int:
    """Fuzz a target in a process of its own; return how that ended."""
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for place, good in enumerate(TARGETS[name][1]):
        (corpus / f"good{place}").write_bytes(good)
    limits = (f"-timeout={_LONGEST}", f"-rss_limit_mb={_MEMORY}", "-max_len=100000")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "faults.fuzz", "--alone", name),
            *(str(corpus), f"-max_total_time={seconds}", *limits),
            *("-print_final_stats=1", f"-artifact_prefix={folder}/{name}-"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    runs = [one for one in done.stderr.splitlines() if "number_of_executed" in one]
    told = {"target": name, "runs": int(runs[0].split()[-1]) if runs else 0}
    print(json.dumps(told | {"found": done.returncode != 0}), flush=True)
    if done.returncode:
        print("\n".join(done.stderr.splitlines()[-40:]))
    return done.returncode


def main() -> None:
    """Fuzz every target; exit 1 where one of them failed."""
    if sys.argv[1:2] == ["--alone"]:
        _alone(sys.argv[2], sys.argv[3:])
        return
    parser = argparse.ArgumentParser(prog="faults.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"))
    order = parser.parse_args()
    ends = [
        _fuzzed(name, order.seconds, order.folder.absolute())
        for name in order.targets or TARGETS
    ]
    sys.exit(1 if any(ends) else 0)


if __name__ == "__main__":
    main()
