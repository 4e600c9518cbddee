"""The pages' scripts: their pure parts by node's own test runner, all by a linter."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "services" / "gateway" / "static"
LINTER = ROOT / ".npm" / "node_modules" / ".bin" / "oxlint"


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pure_parts_do_what_they_say() -> None:
    scripts = sorted(map(str, (ROOT / "tests" / "scripts").glob("*.test.mjs")))
    assert scripts
    run("node", "--test", *scripts)


def test_the_linter_finds_nothing() -> None:
    scripts = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
    assert scripts
    run(str(LINTER), "--deny-warnings", *map(str, scripts))
