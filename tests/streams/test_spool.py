"""Files put into a folder are packets; archives are read without unpacking."""

import io
import tarfile
from pathlib import Path

from services.alerts.streams.spool import packets_in, spooled
from tests.support.alerts import voevent
from tests.support.waiting import eventually

ONE, TWO = (voevent(f"ivo://test/stream#{n}") for n in (1, 2))


async def test_finished_files_are_taken_and_go(tmp_path: Path) -> None:
    kept: list[bytes] = []

    async def deliver(raw: bytes, source: str) -> None:
        assert source == "spool"
        kept.append(raw)

    folder = tmp_path / "spool"
    async with spooled(folder, deliver, 10_000):
        (folder / ".unfinished").write_bytes(TWO)
        (folder / "large.xml").write_bytes(b"<" * 20_000)
        (folder / "one.xml").write_bytes(ONE)

        async def taken() -> bool:
            return kept == [ONE]

        await eventually(taken)
        (folder / ".unfinished").rename(folder / "two.xml")

        async def both() -> bool:
            return kept == [ONE, TWO]

        await eventually(both)

        async def gone() -> bool:
            names = sorted(path.name for path in folder.iterdir())
            return names == ["large.xml.refused"]

        await eventually(gone)


def archive(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, raw in (("a/1.xml", ONE), ("../2.xml", TWO), ("big", b"x" * 20_000)):
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(link)
    return path


def test_archives_folders_and_files_hold_packets(tmp_path: Path) -> None:
    tar = archive(tmp_path / "night.tar.gz")
    assert list(packets_in(tar, 10_000)) == [ONE, TWO]
    folder = tmp_path / "folder" / "inside"
    folder.mkdir(parents=True)
    (folder / "1.xml").write_bytes(ONE)
    assert list(packets_in(tmp_path / "folder", 10_000)) == [ONE]
    assert list(packets_in(folder / "1.xml", 10_000)) == [ONE]
