"""Manifests, rules and dashboard agree with the server, and with their own schemas."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from prometheus_client import REGISTRY

from services.alerts.streams import metrics
from services.catalog.remote import fetcher
from services.gateway.handlers import counted
from services.gateway.web import seen
from services.imager import handlers
from shared.messaging import metrics as messages
from shared.messaging.topology import queues
from stack.running import SERVICES

ROOT = Path(__file__).parents[2] / "deploy"
BASE = ROOT / "kubernetes" / "base"
MONITORING = ROOT / "monitoring"
KEPT_BY = (messages, metrics, fetcher, counted, seen, handlers)
"""Whose import makes the metrics known."""
VERSION = "1.33"
OTHERS = {"RabbitmqCluster", "MongoDBCommunity", "ScaledObject", "ServiceMonitor"}
OTHERS |= {"TriggerAuthentication", "Kustomization"}


def documents() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.name, one)
        for path in sorted(BASE.glob("*.yaml"))
        for one in yaml.safe_load_all(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize(
    "document",
    [one for _, one in documents() if one["kind"] not in OTHERS],
    ids=lambda one: f"{one['kind']}-{one['metadata']['name']}",
)
def test_a_manifest_is_valid(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, VERSION, strict=True)


def test_the_base_names_every_file_and_every_service() -> None:
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
    assert {*listed, "kustomization.yaml"} == {one.name for one in BASE.iterdir()}
    assert {f"{name}.yaml" for name in SERVICES} <= set(listed)


def test_queues_that_scale_a_service_are_its_own() -> None:
    scaled = [one for _, one in documents() if one["kind"] == "ScaledObject"]
    ours = {name for name, _ in queues()}
    assert scaled
    for one in scaled:
        queue = one["spec"]["triggers"][0]["metadata"]["queueName"]
        assert queue in ours
        assert queue.partition(".")[0] == one["spec"]["scaleTargetRef"]["name"]


@pytest.mark.parametrize("name", ["alerts.yml", "dashboard.json"])
def test_what_is_watched_is_counted(name: str) -> None:
    assert KEPT_BY
    known = {sample for one in REGISTRY.collect() for sample in _samples(one)}
    asked = set(re.findall(r"\bcpcs_\w+", (MONITORING / name).read_text("utf-8")))
    assert asked
    assert asked <= known


def _samples(metric: Any) -> set[str]:
    endings = {
        "counter": ("_total",),
        "gauge": ("",),
        "histogram": ("_bucket", "_count", "_sum"),
    }
    return {metric.name + end for end in endings.get(metric.type, ())}


def test_the_dashboard_is_one() -> None:
    board = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))
    places = [tuple(sorted(one["gridPos"].items())) for one in board["panels"]]
    assert len(set(places)) == len(places)
    assert all(one["targets"] for one in board["panels"])


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
@pytest.mark.parametrize(
    "words", [("check", "alerts.yml"), ("test", "alerts.test.yml")]
)
def test_the_rules_wake_whom_they_should(words: tuple[str, str]) -> None:
    verb, file = words
    done = subprocess.run(  # noqa: S603 - Prometheus' own program
        [shutil.which("promtool") or "promtool", verb, "rules", file],
        cwd=MONITORING,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
