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
from astropy.table import Table
from typing_extensions import override

from services.catalog.domain.sphere import separation, unit_vectors

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
    ``nonsense``, ``lacking``; then it answers. ``gate`` holds every slow answer back.
    ``tabs`` makes the answers tab-separated values, as VizieR writes them.
    """

    sky: Table
    faults: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    gate: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    tabs: bool = False

    def answer(self, query: str, most: int) -> bytes:
        found = _CIRCLE.search(query)
        assert found is not None
        ra, dec, radius = (float(part) for part in found.groups())
        away = separation(self.sky["ra"], self.sky["dec"], unit_vectors(ra, dec))
        near = self.sky[away <= radius]
        cut = re.search(r'"Vmag" < (\d+)', query)
        if cut:
            near = near[near["Vmag"] < float(cut[1])]
        near = near[:most]
        names = {alias: name for name, alias in _COLUMN.findall(query)}
        table = Table({alias: near[name] for alias, name in names.items()})
        if self.tabs:
            return _in_tabs(table)
        text = io.BytesIO()
        writeto(from_table(table), text)
        return text.getvalue()


def _in_tabs(table: Table) -> bytes:
    rows = ["\t".join(map(str, row)) for row in table]
    head = [
        "#Name: a table",
        "\t".join(table.colnames),
        "\t".join(["---"] * len(table.columns)),
    ]
    return "\n".join([*head, *rows, "", "#END#"]).encode()


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
            body = server.answer(query, int(form.get("MAXREC", ["1000000"])[0]))
            if fault == "truncated":
                body = body[: len(body) // 2]
            elif fault in {"error", "nonsense"}:
                body = ERROR.encode() if fault == "error" else b"<html>busy"
            elif fault == "lacking":
                body = body.replace(b'"c1"', b'"x1"')
            self.send_response(500 if fault == "500" else 200)
            self.send_header("Content-Type", "application/x-votable+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

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
