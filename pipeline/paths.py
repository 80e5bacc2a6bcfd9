"""Where the project's data files are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def models_dir() -> Path:
    """The folder of data files: `models/` of the checkout, or the copy inside the installed package."""
    inside = _PACKAGE / "models"
    return inside if inside.is_dir() else _PACKAGE.parent / "models"
