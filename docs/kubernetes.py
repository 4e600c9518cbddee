"""The manifests of the services for Kubernetes: one pattern, a row for each service."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

__all__ = ["manifests"]

_FOLDER = Path(__file__).parents[1] / "deploy" / "kubernetes"


@dataclass(frozen=True)
class _Row:
    """How many pods a service begins with, and what one may take."""

    service: str
    replicas: int
    cpu: str
    memory: str
    ports: str = ""
    told: str = ""


_HTTP = "\n            - {name: http, containerPort: 8080}"
_OUTSIDE = """
            - {name: CPCS_HTTP_HOST, value: 0.0.0.0}
            - {name: CPCS_HEALTH_AT, value: "http://{service}:9100"}"""
_ROWS = (
    _Row("gateway", 2, "250m", "1Gi", _HTTP, _OUTSIDE),
    _Row("ingest", 2, "250m", "5Gi"),
    _Row("catalog", 2, "250m", "3Gi"),
    _Row("imager", 1, "250m", "4Gi"),
    _Row("calibrator", 2, "500m", "1Gi"),
    _Row("alerts", 1, "100m", "1Gi"),
)


def manifests() -> Iterator[tuple[Path, str]]:
    """Yield the file of each service, and what is in it."""
    pattern = Template((_FOLDER / "service.yaml.in").read_text("utf-8"))
    for row in _ROWS:
        yield _FOLDER / "base" / f"{row.service}.yaml", pattern.substitute(vars(row))
