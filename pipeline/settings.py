"""Every setting and its default in one place; a TOML file of the same shape overrides them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import DataError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatesSettings(_Strict):
    """How time expressions are found and resolved."""

    text_kind: Literal["auto", "narrative", "news"] = Field(
        "auto", description="whether the story's time or the publication date rules; auto decides for each text"
    )
    data: str = Field("", description="folder of date patterns instead of models/dates")
    languages: tuple[str, ...] = Field(
        (), description="languages whose names of months and weekdays are understood too, e.g. ['fr', 'de']"
    )


class ActorsSettings(_Strict):
    """How mentions are found and linked."""

    knowledge: str = Field("", description="folder of a knowledge base instead of models/knowledge")
    own: str = Field("", description="file of a researcher's own actors; default actors.toml in the input folder")


class EventsSettings(_Strict):
    """How events are found and coded."""

    ontology: str = Field("", description="folder of an event ontology instead of models/ontology")
    min_confidence: float = Field(
        0.05, ge=0, le=1, description="rows without source and target, even in words, are left out below it"
    )


class GraphSettings(_Strict):
    """What counts in the graph."""

    sentence_weight: float = Field(1.0, ge=0, description="what a shared sentence adds to an edge's weight")
    paragraph_weight: float = Field(0.25, ge=0, description="what a shared paragraph adds")
    event_weight: float = Field(2.0, ge=0, description="what an event between the two adds")
    file_edges: int = Field(
        10_000, ge=1, description="edges, the heaviest, that the graph files hold at most; the edges table holds all"
    )


class Settings(_Strict):
    """All settings of a run."""

    model: str = Field("en_core_web_md", description="pinned language model, installed spaCy pipeline, or path of one")
    shard_chars: int = Field(200_000, ge=1, description="characters of text a shard holds at most (one text at least)")
    part_chars: int = Field(
        400_000, ge=10_000, description="a longer text is worked on in parts of at most so many characters"
    )
    rows_per_file: int = Field(
        5_000_000,
        ge=1,
        description="a table of more rows becomes a folder of Parquet files, as events.parquet/part-00000.parquet",
    )
    dates: DatesSettings = DatesSettings()
    actors: ActorsSettings = ActorsSettings()
    events: EventsSettings = EventsSettings()
    graph: GraphSettings = GraphSettings()


def load_settings(path: Path | None = None) -> Settings:
    """Read settings from a TOML file, or take the defaults.

    Raises
    ------
    DataError
        When the file cannot be read or parsed, or holds an unknown setting or a wrong value.
    """
    if path is None:
        return Settings()
    try:
        return Settings(**tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; give the path of a readable TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not valid TOML ({error}); correct that line") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(x) for x in first["loc"])
        known = "; see the settings reference for the names" if first["type"] == "extra_forbidden" else ""
        raise DataError(f"{path}: setting {where}: {first['msg']}{known}") from error
