"""Fetches the browser's libraries from npm: ``python -m stack.vendor``.

Versions and hashes are those of ``requirements/static/package-lock.json``. What the
gateway serves goes to its ``static/vendor``, with a manifest of name, version,
licence and SHA-256 of each file; what only tests and benchmarks use stays in ``.npm``.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_WANTED = _ROOT / "requirements" / "static"
_FETCHED = _ROOT / ".npm"
_SERVED = _ROOT / "services" / "gateway" / "static" / "vendor"


def _fetch() -> None:
    _FETCHED.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_WANTED / name, _FETCHED)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(["npm", "ci", *quiet], cwd=_FETCHED, check=True, timeout=300)  # noqa: S607


def _serve() -> None:
    wanted = json.loads((_WANTED / "package.json").read_text("utf-8"))["vendored"]
    shutil.rmtree(_SERVED, ignore_errors=True)
    _SERVED.mkdir(parents=True)
    manifest = [
        _copied(package, file) for package, files in wanted.items() for file in files
    ]
    text = json.dumps(manifest, indent=2) + "\n"
    (_SERVED / "manifest.json").write_text(text, "utf-8")


def _copied(package: str, file: str) -> dict[str, str]:
    folder = _FETCHED / "node_modules" / package
    about = json.loads((folder / "package.json").read_text("utf-8"))
    content = (folder / file).read_bytes()
    name = Path(file).name
    (_SERVED / name).write_bytes(content)
    return {
        "file": name,
        "package": package,
        "version": about["version"],
        "licence": about.get("license", "0BSD"),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


if __name__ == "__main__":
    _fetch()
    _serve()
