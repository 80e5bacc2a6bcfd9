"""The commands: a thin layer over the Python API."""

from __future__ import annotations

import contextlib
import csv
import os
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Optional

import typer

from pipeline.errors import RegestaError
from pipeline.runner import Progress, RunResult, run
from pipeline.settings import Settings, load_settings

app = typer.Typer(
    name="regesta",
    help="Turn English political and historical prose into dated events, canonical actors and their network.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Inputs = Annotated[str, typer.Argument(help="A text, a folder of texts, or a glob in quotes.", metavar="INPUT")]
Out = Annotated[Path, typer.Option("--out", help="Folder of the tables; made if it is not there.")]
Model = Annotated[str, typer.Option("--model", help="Pinned language model, installed spaCy pipeline, or path.")]
SettingsFile = Annotated[Optional[Path], typer.Option("--settings", help="TOML file of settings.")]  # noqa: UP045
Actors = Annotated[str, typer.Option("--actors", help="TOML file of your own actors.")]
OntologyFolder = Annotated[str, typer.Option("--ontology", help="Folder of your own event ontology.")]
Scheduler = Annotated[str, typer.Option("--scheduler", help="Dask scheduler: tcp://HOST:PORT or its file.")]
LogFile = Annotated[Optional[Path], typer.Option("--log-file", help="Append a log to it: JSON, a line an event.")]  # noqa: UP045
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes that share the work.")]

_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

#: What each stage's command does, for its help.
_STAGE_HELP = {
    "read": "Read the texts and find their structure.",
    "annotate": "Annotate the texts with spaCy.",
    "actors": "Find mentions and link them to actors.",
    "events": "Find, date and code events.",
    "graph": "Build the graph of actors.",
    "report": "Write the page and the database: the same as `run`.",
}


@contextlib.contextmanager
def _showing() -> Iterator[Callable[[Progress], None]]:
    """A progress bar on a terminal, plain lines elsewhere."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        console = Console(stderr=True)
        with Bar(
            TextColumn("{task.description:10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("shards"),
            TimeElapsedColumn(),
            console=console,
        ) as bar:
            task = bar.add_task("reading", total=None)
            yield lambda p: bar.update(task, description=p.doing, completed=p.done, total=p.total)
    else:
        yield lambda p: print(f"{p.doing} ({p.done}/{p.total} shards done)", file=sys.stderr, flush=True)


def _settings(path: Path | None, model: str, actors: str, ontology: str) -> Settings:
    """Settings of a file with what the command line overrides."""
    settings = load_settings(path)
    if model:
        settings = settings.model_copy(update={"model": model})
    if actors:
        settings = settings.model_copy(update={"actors": settings.actors.model_copy(update={"own": actors})})
    if ontology:
        settings = settings.model_copy(update={"events": settings.events.model_copy(update={"ontology": ontology})})
    return settings


def _finish(result: RunResult) -> None:
    """Say what was done; a text left out makes the exit status 1."""
    if result.unchanged:
        print(f"{result.out}: up to date")
    else:
        counts = ", ".join(f"{n} {name}" for name, n in result.counts.items())
        print(f"{result.out}: {counts} ({result.seconds['total']:.1f} s)")
    for reason in result.failed.values():
        print(f"left out: {reason}", file=sys.stderr)
    if result.failed:
        raise typer.Exit(1)


def _work(
    inputs: str, out: Path, settings: Settings, until: str, workers: int, scheduler: str, log_file: Path | None
) -> None:
    from pipeline.log import logging_to

    with logging_to(log_file), _showing() as tell:
        result = run(inputs, out, settings, until=until, workers=workers, scheduler=scheduler, tell=tell)
    _finish(result)


def _stage_command(name: str, stage: str, text: str) -> None:
    """Add a command that runs the pipeline as far as a stage."""

    def command(
        inputs: Inputs,
        out: Out = Path("outputs"),
        model: Model = "",
        settings: SettingsFile = None,
        actors: Actors = "",
        ontology: OntologyFolder = "",
        workers: Workers = _CORES,
        scheduler: Scheduler = "",
        log_file: LogFile = None,
    ) -> None:
        _work(inputs, out, _settings(settings, model, actors, ontology), stage, workers, scheduler, log_file)

    app.command(name, help=text, epilog=f"Example: regesta {name} corpus --out outputs")(command)


_stage_command("run", "report", "Do the whole job: texts in; tables, graph and report out.")
for _stage, _text in _STAGE_HELP.items():
    _stage_command(_stage, _stage, _text + " Earlier stages run where needed.")


@app.command("dates", epilog="Example: regesta dates history.txt --timeml > history.tml")
def dates_command(
    inputs: Inputs,
    out: Annotated[Optional[Path], typer.Option("--out", help="Folder of the tables; without it, print.")] = None,  # noqa: UP045
    timeml: Annotated[bool, typer.Option("--timeml", help="Print TimeML 1.2.1 instead of a table.")] = False,
    model: Model = "",
    settings: SettingsFile = None,
    workers: Workers = _CORES,
    scheduler: Scheduler = "",
    log_file: LogFile = None,
) -> None:
    """Find and resolve time expressions: print them, or write their table with --out."""
    chosen = _settings(settings, model, "", "")
    if out is not None:
        _work(inputs, out, chosen, "dates", workers, scheduler, log_file)
        return
    from pipeline.annotate import annotate
    from pipeline.dates import find_dates
    from pipeline.dates.timeml import to_timeml
    from pipeline.language import load_model
    from pipeline.read import find_sources, read

    nlp = load_model(chosen.model)
    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    columns = ["doc_id", "start", "end", "text", "type", "value", "edtf", "earliest", "latest", "mod", "anchor"]
    if not timeml:
        writer.writerow(columns)
    for source in find_sources(inputs):
        document = read(source)
        (doc,) = annotate(nlp, [document])
        dates = find_dates(doc, chosen.dates)
        if timeml:
            print(to_timeml(document.text, dates))
        else:
            writer.writerows([getattr(d, c) for c in columns] for d in dates)


@app.command("status", epilog="Example: regesta status outputs")
def status_command(folder: Annotated[Path, typer.Argument(help="An output folder.")]) -> None:
    """Say what an output folder holds: how far it came, rows, what was left out, sizes, versions."""
    from pipeline.status import status

    for line in status(folder):
        print(line)


@app.command("clean", epilog="Example: regesta clean outputs")
def clean_command(folder: Annotated[Path, typer.Argument(help="An output folder.")]) -> None:
    """Remove the files kept between runs; the tables stay, the next run starts from nothing."""
    from pipeline.status import clean

    clean(folder)
    print(f"{folder}: working files removed")


@app.command("setup", epilog="Example: regesta setup en_core_web_md")
def setup_command(
    models: Annotated[Optional[list[str]], typer.Argument(help="Pinned models.", metavar="MODEL")] = None,  # noqa: UP045
) -> None:
    """Fetch the pinned language models, verify and unpack them."""
    from pipeline.language import fetch

    for name in models or [Settings().model]:
        print(f"{name}: {fetch(name).name} ready")


@app.command("sql", epilog="Example: regesta sql \"SELECT * FROM events_of('iraq') LIMIT 5\"")
def sql_command(
    query: Annotated[str, typer.Argument(help="DuckDB SQL over the tables and macros.", metavar="SQL")],
    folder: Annotated[Path, typer.Option("--out", help="An output folder.")] = Path("outputs"),
) -> None:
    """Ask an output folder's tables a question; prints CSV."""
    from pipeline.duck import query as ask

    ask(folder, query).to_pandas().to_csv(sys.stdout, index=False)


@app.command("evaluate", epilog="Example: regesta evaluate my_gold my_tables --to evaluation")
def evaluate_command(
    gold: Annotated[Path, typer.Argument(help="Folder of annotated texts; docs/evaluation.md tells the format.")],
    out: Annotated[Path, typer.Argument(help="Output folder of a run over the same texts.")],
    to: Annotated[Optional[Path], typer.Option("--to", help="Folder for the listing of errors.")] = None,  # noqa: UP045
) -> None:
    """Score a run against your own annotations, with every error beside its text."""
    from pipeline.evaluate import evaluate

    found = evaluate(gold, out)
    print(found)
    if to is not None:
        print("\n".join(str(path) for path in found.write(to)))


def _formats() -> str:
    from pipeline.export import FORMATS

    return "\n\n".join(f"{name}: {what}" for name, what in FORMATS.items())


@app.command(
    "export",
    epilog="Example: regesta export timelinejs timeline.json --out outputs",
    help="Write an output folder's tables in another format.\n\n" + _formats(),
)
def export_command(
    form: Annotated[str, typer.Argument(help="One of the formats above.", metavar="FORMAT")],
    destination: Annotated[Path, typer.Argument(help="The file or folder to write.")],
    folder: Annotated[Path, typer.Option("--out", help="An output folder.")] = Path("outputs"),
) -> None:
    from pipeline.export import export

    export(folder, form, destination)
    print(destination)


knowledge_app = typer.Typer(help="Look things up in the actor knowledge base.", no_args_is_help=True)
app.add_typer(knowledge_app, name="knowledge")


@knowledge_app.command("show", epilog="Example: regesta knowledge show Kissinger")
def knowledge_show_command(name: Annotated[str, typer.Argument(help="A name, or an actor_id.")]) -> None:
    """Show everything known of those whom a name can mean."""
    from pipeline.actors.knowledge_view import show

    print(show(name))


@knowledge_app.command("search", epilog="Example: regesta knowledge search 'suez canal'")
def knowledge_search_command(text: Annotated[str, typer.Argument(help="Part of a name.")]) -> None:
    """List entities whose names contain or resemble a text."""
    from pipeline.actors.knowledge_view import search

    for entity in search(text):
        print(f"{entity.id}\t{entity.type}\t{entity.name}\t{entity.country}")


ontology_app = typer.Typer(help="Work on the event ontology.", no_args_is_help=True)
app.add_typer(ontology_app, name="ontology")


@ontology_app.command("check", epilog="Example: regesta ontology check --ontology my_ontology")
def ontology_check_command(ontology: OntologyFolder = "", model: Model = "en_core_web_md") -> None:
    """Run every entry's example sentence; an entry that does not code its own is named, and the exit status is 1."""
    from pipeline.events.ontology import load_ontology
    from pipeline.events.ontology_check import check
    from pipeline.language import load_model

    loaded = load_ontology(ontology)
    problems = check(loaded, load_model(model))
    for problem in problems:
        print(problem)
    print(f"{len(loaded.entries)} entries, {len(problems)} not borne out by their examples")
    if problems:
        raise typer.Exit(1)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"regesta {version('regesta')}")
        raise typer.Exit()


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; an error that the user can mend is one line and exit status 2."""
    try:
        app()
    except RegestaError as error:
        print(f"regesta: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("regesta: interrupted; what is finished is kept, run again to go on", file=sys.stderr)
        sys.exit(130)
