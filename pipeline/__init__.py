"""Regesta: dated events, canonical actors and their network from English political and historical prose.

`run` does the whole job, `read_tables` loads its tables into pandas, `load` gives a spaCy pipeline with the components
`regesta_dates`, `regesta_actors` and `regesta_events`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RegestaError
from pipeline.runner import Progress, RunResult, run
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas as pd
    from spacy.language import Language

__all__ = ["Progress", "RegestaError", "RunResult", "Settings", "load", "load_settings", "read_tables", "run"]


def load(model: str = "en_core_web_md", settings: Settings | None = None) -> Language:
    """A spaCy pipeline with the project's components at its end.

    Parameters
    ----------
    model : str
        A pinned model, an installed spaCy pipeline or the path of one.
    settings : Settings, optional
        Settings of the components.

    Returns
    -------
    Language
        `nlp(text)` fills `doc._.dates`, `doc._.mentions`, `doc._.actors` and `doc._.events`.

    Raises
    ------
    RegestaError
        When there is no such model.
    """
    from pipeline.components import COMPONENTS
    from pipeline.language import load_model

    settings = settings or Settings()
    nlp = load_model(model)
    for name, section in COMPONENTS.items():
        nlp.add_pipe(name, config={"settings": getattr(settings, section).model_dump()})
    return nlp


def read_tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """The tables of an output folder as pandas frames, by name; list cells are lists.

    Raises
    ------
    RegestaError
        When the folder holds no tables.
    """
    import pandas as pd

    from pipeline.schema import TABLES

    found = {name: Path(folder) / f"{name}.parquet" for name in TABLES}
    frames = {name: pd.read_parquet(path) for name, path in found.items() if path.exists()}
    if not frames:
        raise RegestaError(f"{folder}: no tables there; run `regesta run INPUT --out {folder}` first")
    return frames
