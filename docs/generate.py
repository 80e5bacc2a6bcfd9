"""Write the reference pages that follow from the code: `python -m docs.generate` renews them all."""

from __future__ import annotations

import re
import types
import typing
from pathlib import Path

import typer
from pydantic import BaseModel

from pipeline.cli import app
from pipeline.schema import markdown
from pipeline.settings import Settings

_HERE = Path(__file__).parent
#: Defaults that depend on the machine, and what to print for them.
_OF_THE_MACHINE = {"--workers": "number of processor cores"}


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _is_option(parameter: object) -> bool:
    return getattr(parameter, "param_type_name", "") == "option"


def _command(command: typing.Any, path: str) -> list[str]:
    """One command, and those below it."""
    lines = [f"## {path}", "", " ".join((command.help or "").split()), ""]
    below = getattr(command, "commands", None)
    options = [p for p in command.params if _is_option(p) and not getattr(p, "hidden", False) and p.name != "help"]
    arguments = [p for p in command.params if not _is_option(p)]
    words = [str(p.metavar or p.name).strip("{}[]").upper() for p in arguments]
    names = [word if p.required else f"[{word}]" for p, word in zip(arguments, words, strict=True)]
    usage = " ".join([path, *(["COMMAND"] if below else names), *(["[OPTIONS]"] if options and not below else [])])
    lines += ["```sh", usage, "```", ""]
    if arguments or options:
        lines += ["| argument or option | meaning | default |", "|---|---|---|"]
        for p, name in zip(arguments, names, strict=True):
            lines.append(f"| `{name}` | {_cell(getattr(p, 'help', None) or '')} | |")
        for p in options:
            given = p.opts[-1]
            default = _OF_THE_MACHINE.get(given, p.default)
            shown = "" if default is None or default is False or default == "" else f"`{_cell(default)}`"
            if given in _OF_THE_MACHINE:
                shown = _cell(default)
            lines.append(f"| `{given}` | {_cell(p.help or '')} | {shown} |")
        lines.append("")
    if command.epilog:
        lines += ["```sh", re.sub(r"^Example: ", "", command.epilog), "```", ""]
    for name, child in (below or {}).items():
        lines += _command(child, f"{path} {name}")
    return lines


def commands() -> str:
    """The page of all commands, from the command line's own help."""
    root = typer.main.get_command(app)
    lines = [
        "# Commands",
        "",
        "Each command ends with exit status 0 when all went well, 1 when a text was left out (the rest is done) or a",
        "check failed, and 2 when nothing could be done; the message says what to change. `regesta COMMAND --help`",
        "shows the same.",
        "",
    ]
    for name, child in typing.cast(typing.Any, root).commands.items():
        lines += _command(child, f"regesta {name}")
    return "\n".join(lines).rstrip() + "\n"


def _kind(annotation: object) -> str:
    """A setting's type in words."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return ", ".join(f"`{a}`" for a in args)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_kind(a) for a in args)
    if origin in (tuple, list):
        return "list of text"
    return {str: "text", int: "integer", float: "number", bool: "true or false"}.get(
        typing.cast(type, annotation), str(annotation)
    )


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return str(value)


def _section(model: type[BaseModel], path: str) -> list[str]:
    rows, below = [], []
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            below += _section(annotation, f"{path}.{name}".lstrip("."))
        else:
            default = field.get_default(call_default_factory=True)
            rows.append(f"| `{name}` | {_kind(annotation)} | `{_toml(default)}` | {_cell(field.description or '')} |")
    title = f"## [{path}]" if path else "## Top of the file"
    table = ["| setting | values | default | meaning |", "|---|---|---|---|", *rows]
    return [title, "", " ".join((model.__doc__ or "").split()), "", *table, "", *below]


def settings() -> str:
    """The page of all settings, from `pipeline.settings`."""
    lines = [
        "# Settings",
        "",
        "A TOML file of this shape, given with `--settings FILE`; see [Change settings](own_settings.md). What a file",
        "leaves out keeps its default. A name that is not on this page is an error.",
        "",
        *_section(Settings, ""),
    ]
    return "\n".join(lines).rstrip() + "\n"


PAGES = {"commands.md": commands, "settings.md": settings, "tables.md": markdown}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (_HERE / name).write_text(page(), encoding="utf-8")
