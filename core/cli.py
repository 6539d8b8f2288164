"""`python -m core …`: one verb, one capability. Results go to standard output, everything else to standard error.

Bad input ends with exit code 2 and one line on standard error. Each capability adds its commands from its own
`commands.py`; heavy libraries are imported inside the commands, so that `--help` and mistakes answer at once.
"""

import os
import sys
from typing import NoReturn

import typer

from core import logs
from core.avatar import commands as avatar
from core.classroom import commands as classroom
from core.emoji import commands as emoji
from core.emoji import message_commands as messages
from core.emoji import refine_commands as refined
from core.emotion import commands as emotion
from core.errors import UserError
from core.events import commands as events
from core.product import commands as product
from core.recommender import commands as recommender
from core.reporting import commands as reporting
from core.restyle import commands as restyle
from core.settings import settings
from core.superres import commands as superres
from core.text import commands as text

app = typer.Typer(
    name="core",
    help="Effigies from the command line.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
VERBS = {
    "prepare": "Read the raw data and write its prepared form and a report.",
    "train": "Train a model and store it if it is better than the one there.",
    "evaluate": "Measure a stored model.",
    "predict": "Use a stored model on your own data.",
    "generate": "Make pictures that did not exist, as PNG files.",
    "refine": "Make a data set richer with generated pictures.",
}


def _before_training() -> None:
    # TensorFlow leaves oneDNN's kernels out where a CPU has no AVX-512, but convolutions learn up to twice as fast with
    # them there too. It reads this once. One face alone is answered faster without.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


def _assemble() -> None:
    groups = {"": app}  # the empty verb: commands of their own, such as `recommend`
    for verb, summary in VERBS.items():
        first = _before_training if verb == "train" else None
        groups[verb] = typer.Typer(help=summary, no_args_is_help=True, rich_markup_mode=None, callback=first)
        app.add_typer(groups[verb], name=verb)
    for capability in (
        emotion, recommender, product, avatar, emoji, messages, refined, superres, restyle, text, classroom, events,
        reporting,
    ):  # fmt: skip
        capability.register(groups)


_assemble()


def _fail(message: str, code: int = 2) -> NoReturn:
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    raise SystemExit(code)


def _with_choices(error: typer.TyperException) -> str:
    """What is wrong with the command line; where a command or option is mistyped, also which there are."""
    context = getattr(error, "ctx", None)
    if context is None:
        return error.format_message()
    command, said = context.command, error.message.rstrip(".")
    if hasattr(error, "possibilities"):  # no such option
        names = [name for option in command.get_params(context) for name in option.opts if name.startswith("-")]
        return f"{said}; `{context.command_path}` takes {', '.join(names)}"
    if hasattr(command, "list_commands"):  # no such command
        return f"{said}; after `{context.command_path}` comes one of {', '.join(command.list_commands(context))}"
    return error.format_message()


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 interrupted, 2 bad input (with one line that says what)."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        logs.configure(settings().log_format)
        code = app(args=arguments, prog_name="python -m core", standalone_mode=False)
    except UserError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'file'}: {error.strerror or error}")
    except typer.Abort:
        _fail("interrupted; what was checkpointed is kept", code=1)
    except typer.TyperException as error:
        if "Usage:" in error.format_message():  # a bare verb: show its help
            sys.stderr.write(error.format_message() + "\n")
            raise SystemExit(2) from error
        _fail(_with_choices(error))
    raise SystemExit(code or 0)
