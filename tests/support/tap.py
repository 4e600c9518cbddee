"""A TAP service on the loopback address: the real protocol, and its faults."""

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from astropy.io.votable import from_table, writeto
from astropy.io.votable.tree import Info
from astropy.table import Table
from typing_extensions import override

from shared.kernel.sphere import separation, unit_vectors

__all__ = ["TapServer", "random_sky", "served"]

ERROR = """<?xml version="1.0"?>
<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE
type="results"><INFO name="QUERY_STATUS" value="ERROR">table not found</INFO>
</RESOURCE></VOTABLE>"""
_CIRCLE = re.compile(r"CIRCLE\('ICRS', ([-\d.]+), ([-\d.]+), ([-\d.]+)\)")
_COLUMN = re.compile(r'"((?:[^"]|"")+)" AS (c\d+)')


@dataclass
class TapServer:
    """What it has, how it behaves, and what it was asked.

    ``faults`` are used up one a request: ``500``, ``slow``, ``error``, ``truncated``,
    ``nonsense``, ``lacking``, ``dripping``; then it answers. ``gate`` holds every slow
    answer back. A query that holds ``broken`` is always a 500. ``tabs`` makes the
    answers tab-separated values, as VizieR writes them; ``most`` is a limit of its own,
    and an answer that it cropped says so.
    """

    sky: Table
    faults: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    gate: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    tabs: bool = False
    broken: str = "nothing"
    most: int = 10**9

    def lacks(self, query: str) -> bool:
        """Tell whether a query names a column that there is not."""
        asked = {name for name, _ in _COLUMN.findall(query)}
        return not asked <= set(self.sky.colnames)

    def answer(self, query: str, most: int) -> bytes:
        found = _CIRCLE.search(query)
        assert found is not None
        ra, dec, radius = (float(part) for part in found.groups())
        away = separation(self.sky["ra"], self.sky["dec"], unit_vectors(ra, dec))
        near = self.sky[away <= radius]
        cut = re.search(r'"Vmag" < (\d+)', query)
        if cut:
            near = near[near["Vmag"] < float(cut[1])]
        cropped = len(near) > min(most, self.most)
        near = near[: min(most, self.most)]
        names = {alias: name for name, alias in _COLUMN.findall(query)}
        table = Table({alias: near[name] for alias, name in names.items()})
        if self.tabs:
            return _in_tabs(table)
        text = io.BytesIO()
        whole = from_table(table)
        status = Info(name="QUERY_STATUS", value="OVERFLOW" if cropped else "OK")
        whole.resources[0].type = "results"
        whole.resources[0].infos.append(status)
        writeto(whole, text)
        return text.getvalue()


def _in_tabs(table: Table) -> bytes:
    rows = ["\t".join(map(str, row)) for row in table]
    head = [
        "#Name: a table",
        "\t".join(table.colnames),
        "\t".join(["---"] * len(table.columns)),
    ]
    return "\n".join([*head, *rows, "", "#END#"]).encode()


def _spoilt(fault: str, body: bytes) -> bytes:
    if fault == "truncated":
        return body[: len(body) // 2]
    if fault in {"error", "nonsense"}:
        return ERROR.encode() if fault == "error" else b"<html>busy"
    return body.replace(b'"c1"', b'"x1"') if fault == "lacking" else body


def _reply(server: TapServer, query: str, most: int, fault: str) -> tuple[int, bytes]:
    if server.lacks(query):
        return 400, ERROR.replace("table not found", "no column Vmagg").encode()
    if fault == "500" or server.broken in query:
        return 500, b"out of order"
    return 200, _spoilt(fault, server.answer(query, most))


def _handler(server: TapServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        @override
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = parse_qs(self.rfile.read(length).decode())
            query = form["QUERY"][0]
            server.queries.append(query)
            server.agents.add(self.headers["User-Agent"])
            fault = server.faults.pop(0) if server.faults else ""
            if fault == "slow":
                server.gate.wait(20)
            most = int(form.get("MAXREC", ["1000000"])[0])
            status, body = _reply(server, query, most, fault)
            self._answer(status, body, dripping=fault == "dripping")

        def _answer(
            self, status: int, content: bytes, *, dripping: bool = False
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-votable+xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            step = 1 if dripping else len(content)
            for place in range(0, len(content), step):
                self.wfile.write(content[place : place + step])
                if dripping and server.gate.wait(0.05):
                    return

    return Handler


@contextmanager
def served(sky: Table) -> Iterator[TapServer]:
    server = TapServer(sky)
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    server.url = f"http://127.0.0.1:{http.server_port}/tap"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        http.shutdown()
        http.server_close()
        thread.join()


def random_sky(count: int, ra: float, dec: float, size: float) -> Table:
    """Stars in a square around a place, as APASS has them."""
    rng = np.random.default_rng(4)
    sky = Table()
    sky["ra"] = (ra + rng.uniform(-size, size, count) / np.cos(np.radians(dec))) % 360
    sky["dec"] = np.clip(dec + rng.uniform(-size, size, count), -90, 90)
    sky["RAJ2000"], sky["DEJ2000"] = sky["ra"], sky["dec"]
    for band in ("B", "V", "g'", "r'", "i'"):
        sky[f"{band}mag"] = rng.uniform(10, 18, count)
        sky[f"e_{band}mag"] = np.where(rng.uniform(size=count) < 0.3, 0.0, 0.02)
    return sky
