"""The documentation site: ``sphinx-build -W docs/site OUT``."""

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(_ROOT), str(_ROOT / "client" / "src")]

from docs.reference import written  # noqa: E402 - found by the line above

project = "Photometric calibration server"
author = "The photometric calibration server's founders"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = [
    "myst.xref_missing",  # the explanations link into the repository
    "misc.highlighting_failure",  # and draw with mermaid
]
html_theme = "pydata_sphinx_theme"
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False}
html_show_sourcelink = False
autodoc_typehints = "description"
autodoc_member_order = "bysource"

for _name, _text in written(_ROOT).items():
    (Path(__file__).parent / "reference" / _name).write_text(_text, "utf-8")
