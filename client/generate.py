"""Makes ``src/cpcs/models.py`` out of the server's OpenAPI document.

``python client/generate.py`` writes it; a test compares the two.
"""

import json
import keyword
from pathlib import Path
from typing import Any

import yaml

__all__ = ["models_of"]

_HERE = Path(__file__).parent
_DOCUMENT = _HERE.parent / "docs" / "openapi.yaml"
_MODELS = _HERE / "src" / "cpcs" / "models.py"
_PLAIN = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "object": "dict[str, Any]",
}
_HEAD = '''"""What the server says: made by ``client/generate.py``, not to be edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

'''
_ANSWERS = ("Shown", "Page", "Points", "Deletion", "Found", "Problem")


def models_of(document: dict[str, Any]) -> str:
    """Return the models of an OpenAPI document, as Python."""
    schemas = document["components"]["schemas"]
    names = sorted(name for name in schemas if name.endswith(_ANSWERS))
    listed = "".join(f'    "{name}",\n' for name in names)
    made = "\n\n".join(_model(name, schemas[name]) for name in _ordered(names, schemas))
    return f"{_HEAD}__all__ = [\n{listed}]\n\n\n{made}"


def _ordered(names: list[str], schemas: dict[str, Any]) -> list[str]:
    """Return the models, each behind those that it holds."""
    done: list[str] = []

    def take(name: str) -> None:
        for one in names:
            if one != name and one not in done and f"/{one}'" in str(schemas[name]):
                take(one)
        if name not in done:
            done.append(name)

    for name in names:
        take(name)
    return done


def _model(name: str, schema: dict[str, Any]) -> str:
    fields = schema["properties"]
    required = [one for one in fields if one in schema.get("required", ())]
    others = [one for one in fields if one not in required]
    lines = [f"    {_field(one, fields[one])}" for one in required]
    lines += [f"    {_field(one, fields[one], optional=True)}" for one in others]
    about = schema["description"].strip().partition("\n")[0]
    told = "\n".join(lines)
    return f'@dataclass(frozen=True)\nclass {name}:\n    """{about}"""\n\n{told}\n'


def _field(name: str, schema: dict[str, Any], *, optional: bool = False) -> str:
    kind = _kind(schema)
    if not optional:
        return f"{_safe(name)}: {kind}"
    default = schema.get("default")
    none = "" if "None" in kind or default is not None else " | None"
    told = json.dumps(default) if isinstance(default, str) else repr(default)
    return f"{_safe(name)}: {kind}{none} = {told}"


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"]]
        return " | ".join(dict.fromkeys(kinds))
    kind = schema.get("type", "object")
    if kind == "null":
        return "None"
    if kind == "array":
        return f"list[{_kind(schema['items'])}]"
    if schema.get("format") == "date-time":
        return "datetime"
    return _PLAIN[kind]


if __name__ == "__main__":
    _MODELS.write_text(models_of(yaml.safe_load(_DOCUMENT.read_text("utf-8"))), "utf-8")
