"""The command line, made from the verbs' signatures and docstrings; it holds no logic of its own."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import os
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from headstart.core.strict_json import strict_json
from headstart.errors import HeadstartError, SettingError, UseError

INTERRUPTED = 130
PIPE_WIDTH = 120


def main() -> None:
    """Runs the command that the arguments name; exits with 0, with 1 (our fault) or 2 (yours)."""
    _write_any_text()
    application()()


def application() -> typer.Typer:
    """The verbs of `headstart.flow` as commands."""
    app = typer.Typer(
        name="headstart",
        help="From a labelled file and a deadline to the cheapest adaptation proven better.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for name in verbs():
        function = verb(name)
        app.command(name=name.replace("_", "-"), help=summary(function))(command(function))
    return app


def verbs() -> list[str]:
    """Names of the verbs: the files of `headstart.flow`."""
    folder = Path(__file__).parent / "flow"
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def verb(name: str) -> Callable[..., Any]:
    """The function of a verb."""
    function = getattr(importlib.import_module(f"headstart.flow.{name}"), name)
    return typing.cast("Callable[..., Any]", function)


def command(function: Callable[..., Any]) -> Callable[..., None]:
    """A function for typer that calls a verb and prints what it returns."""
    helps = argument_helps(function)
    plan = [_option(each, helps.get(each.name, "")) for each in _parameters(function)]
    plan.append(
        inspect.Parameter(
            "json",
            inspect.Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[bool, typer.Option("--json", help="Print one JSON object.")],
        )
    )

    def call(**values: Any) -> None:
        from headstart.race.clock import count_from_process_start

        count_from_process_start()
        as_json = values.pop("json")
        with exit_statuses():
            given = {each.name: _value(each, values[each.name]) for each in _parameters(function)}
            show(function(**given), as_json=as_json)

    call.__signature__ = inspect.Signature(plan)  # type: ignore[attr-defined]
    call.__name__ = function.__name__
    return call


@contextlib.contextmanager
def exit_statuses() -> Iterator[None]:
    """Turns what is raised on purpose into one message and an exit status."""
    try:
        yield
    except UseError as error:
        _complain(str(error))
        raise typer.Exit(2) from None
    except HeadstartError as error:
        _complain(f"a fault of Headstart's own: {error}")
        raise typer.Exit(1) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        _complain("stopped; what has finished is kept, and the same command goes on from there")
        raise typer.Exit(INTERRUPTED) from None


def show(outcome: Any, *, as_json: bool) -> None:
    """Prints what a verb returned, for programs or for people."""
    if as_json:
        # What goes on while it is shown comes as one object a line.
        for each in outcome.stream() if hasattr(outcome, "stream") else (outcome.to_dict(),):
            sys.stdout.write(strict_json(each) + "\n")
            sys.stdout.flush()
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    outcome.render(console)


def summary(function: Callable[..., Any]) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(function) or "").partition("\n")[0]


def argument_helps(function: Callable[..., Any]) -> dict[str, str]:
    """The lines of a docstring's `Args:` by parameter."""
    helps: dict[str, str] = {}
    last, inside = "", False
    for line in (inspect.getdoc(function) or "").splitlines():
        if line and not line.startswith(" "):
            inside = line == "Args:"
        elif inside and line.startswith("     "):
            helps[last] += " " + line.strip()
        elif inside and ":" in line:
            last, _, text = line.strip().partition(":")
            helps[last] = text.strip()
    return helps


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    names = {
        "Path": Path,
        "Mapping": Mapping,
        "Any": Any,
    }
    found = []
    for each in inspect.signature(function).parameters.values():
        written = each.annotation
        kind = eval(written, names) if isinstance(written, str) else written  # noqa: S307 (our own text)
        found.append(each.replace(annotation=kind))
    return found


def _option(parameter: inspect.Parameter, text: str) -> inspect.Parameter:
    kind, several = _plain(parameter.annotation)
    required = parameter.default is inspect.Parameter.empty
    if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
        info: Any = typer.Argument(help=text, show_default=False, metavar=parameter.name.upper())
    else:
        name = "--" + parameter.name.replace("_", "-")
        info = typer.Option(name, help=text, show_default=False, metavar=_metavar(parameter.annotation))
    default: Any = inspect.Parameter.empty if required else (False if kind is bool else None)
    annotation: Any = list[kind] if several else kind  # type: ignore[valid-type]
    if not required and kind is not bool:
        annotation = annotation | None
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[annotation, info],
    )


def _metavar(annotation: Any) -> str | None:
    kind, several = _plain(annotation)
    if kind is bool:
        return None
    if several and tuple not in _origins(annotation):
        return "KEY=VALUE"
    return {str: "TEXT", Path: "FILE", int: "INTEGER", float: "NUMBER"}.get(kind)


def _origins(annotation: Any) -> set[Any]:
    return set(map(typing.get_origin, (annotation, *typing.get_args(annotation))))


def _plain(annotation: Any) -> tuple[type, bool]:
    if isinstance(annotation, types.UnionType):
        annotation = next(each for each in annotation.__args__ if each is not type(None))
    origin = typing.get_origin(annotation)
    if origin is tuple:
        return annotation.__args__[0], True
    if origin is Mapping:
        return str, True
    return (str if annotation is object else annotation), False


def _value(parameter: inspect.Parameter, value: Any) -> Any:
    if value is None:
        return None if parameter.default is inspect.Parameter.empty else parameter.default
    if isinstance(value, list):
        if Mapping in _origins(parameter.annotation):
            return _pairs(parameter.name, value)
        return tuple(value)
    return value


def _pairs(name: str, given: list[str]) -> Mapping[str, str]:
    pairs = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key:
            raise SettingError(f"--{name}: got {each!r}; write key=value, such as --{name} key=value")
        pairs[key.strip()] = value.strip()
    return pairs


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"headstart {version('headstart')}\n")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    del version


def _write_any_text() -> None:
    """What goes to a file or a pipe is UTF-8 on every system, and no letter or name ends a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _complain(message: str) -> None:
    sys.stderr.write(f"headstart: {message}\n")


if __name__ == "__main__":
    main()
