"""The files of a deployment agree with the services that they start."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.alerts.settings import Settings as AlertsSettings
from services.calibrator.settings import Settings as CalibratorSettings
from services.catalog.settings import Settings as CatalogSettings
from services.gateway.settings import Settings as GatewaySettings
from services.imager.settings import Settings as ImagerSettings
from services.ingest.settings import Settings as IngestSettings
from shared.settings import ServiceSettings
from stack.running import SERVICES

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, type[ServiceSettings]] = {
    "gateway": GatewaySettings,
    "ingest": IngestSettings,
    "catalog": CatalogSettings,
    "imager": ImagerSettings,
    "calibrator": CalibratorSettings,
    "alerts": AlertsSettings,
}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, Any] = COMPOSE["services"]


def test_every_service_has_its_container() -> None:
    assert set(SERVICES) == set(SETTINGS)
    assert set(CONTAINERS) == {*SERVICES, "broker", "store", "proxy", "operate"}
    for name in SERVICES:
        build = CONTAINERS[name]["build"]
        assert (build["target"], build["args"]) == ("service", {"SERVICE": name})
        assert (ROOT / "requirements" / f"{name}.txt").exists()


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_container_is_told_its_service_understands(name: str) -> None:
    known = {f"CPCS_{field.upper()}" for field in SETTINGS[name].model_fields}
    assert set(CONTAINERS[name]["environment"]) <= known
    assert {secret.upper() for secret in CONTAINERS[name]["secrets"]} <= known


@pytest.mark.parametrize("name", sorted(CONTAINERS))
def test_a_container_may_do_no_more_than_it_must(name: str) -> None:
    it = CONTAINERS[name]
    assert it["read_only"] is True
    assert it["cap_drop"] == ["ALL"]
    assert it["security_opt"] == ["no-new-privileges:true"]
    assert it["mem_limit"]
    assert it["logging"]["options"]["max-size"]
    assert ("ports" in it) == (name == "proxy")


def test_only_who_asks_outside_has_a_way_there() -> None:
    assert COMPOSE["networks"]["back"]["internal"] is True
    outside = {one for one, it in CONTAINERS.items() if "outside" in it["networks"]}
    assert outside == {"gateway", "catalog", "alerts", "proxy"}


def test_what_a_host_may_set_is_in_the_example() -> None:
    named = set(
        re.findall(r"\$\{(CPCS_\w+)", (ROOT / "docker-compose.yml").read_text())
    )
    example = (ROOT / ".env.example").read_text()
    assert named == set(re.findall(r"^(CPCS_\w+)=", example, re.MULTILINE))


def test_the_secrets_of_a_deployment_are_made_once(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "compose" / "secrets.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "compose" / "secrets.sh", script)
    secrets = tmp_path / "secrets"
    made = []
    for _ in range(2):
        subprocess.run([script], check=True, capture_output=True)  # noqa: S603 - our own
        made.append({path.name: path.read_text() for path in secrets.iterdir()})
    assert made[0] == made[1]
    wanted = {Path(one["file"]).name for one in COMPOSE["secrets"].values()}
    assert wanted <= set(made[0])
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert made[0]["rabbit_password"] in made[0]["cpcs_amqp_url"]
    assert f"default_pass = {made[0]['rabbit_password']}\n" in made[0]["rabbitmq.conf"]
    assert made[0]["mongo_password"] in made[0]["cpcs_mongo_url"]
    assert 6 <= len(made[0]["mongo_key"]) <= 1024  # what mongod takes for a key


PRINTED = """
from services.gateway.settings import Settings
one = Settings()
print(one.amqp_url, one.admin_hashtag.get_secret_value())
"""


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "cpcs_amqp_url").write_text("amqp://cpcs:pa55@broker:5672/\n")
    (tmp_path / "cpcs_admin_hashtag").write_text("admin-1234567890")
    told = subprocess.run(  # noqa: S603 - our own settings, as a container reads them
        [
            sys.executable,
            "-c",
            PRINTED,
        ],
        env={**os.environ, "CPCS_SECRETS_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout == "amqp://cpcs:pa55@broker:5672/ admin-1234567890\n"
