"""What every worker reads, loaded once in the process that they are forked from, so that they share its memory."""

from __future__ import annotations

import gc
import os
import signal

from pipeline.errors import RegestaError

#: Environment variable that names the language model.
MODEL = "REGESTA_WORKERS_MODEL"


def _load(model: str) -> None:
    from pipeline import actors, dates, events  # noqa: F401
    from pipeline.actors.knowledge import load_knowledge
    from pipeline.shard import model_of

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this process ends it and the workers
    try:
        model_of(model)
        load_knowledge()
    except (RegestaError, OSError):
        pass  # the worker that needs it says what is wrong
    gc.freeze()


if MODEL in os.environ:
    _load(os.environ[MODEL])
