"""Learn the weights behind events.confidence from annotated texts: a ridge-penalised logistic regression.

usage: python scripts/calibrate_events.py GOLD [GOLD ...] [--judged FILE] [--write]

GOLD are folders in the format of `pipeline.evaluate`; their texts are run through the stages. Rows whose trigger is
annotated are examples, right when type, source, target and date are. `--judged` adds rows judged by reading,
tab-separated: doc_id, start, end, right (1 or 0). Prints a reliability table under cross-validation by text; `--write`
stores the weights in models/events/confidence.toml.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from pipeline.evaluate import known_names, read_rows, trigger_spans, wrong_fields
from pipeline.events.extract import described_events
from pipeline.language import load_model
from pipeline.paths import models_dir
from pipeline.read import read_documents
from pipeline.settings import ActorsSettings, DatesSettings, EventsSettings

RIDGE = 1.0
Example = tuple[str, list[str], bool]
