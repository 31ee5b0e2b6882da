"""What can be done is done by somebody, in a session, and is written down."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import service

# Before there is an actor: these find out who it is.
BEFORE = {"who_is", "start_session", "sign_in"}
# Answers a question on the way to an action, and changes nothing.
ASKING = {
    "who_is",
    "check_conversation",
    "check_plan",
    "check_arrangement",
    "before_next",
    "already_made",
    "must_stand_apart",
    "must_be_answered",
}
# Throws away what the import kept for its undo once nobody may undo it: there is nobody to name and nothing to tell.
TIDYING = {"forget_old"}


def modules() -> Iterator[ModuleType]:
    for room in sorted(Path(service.__file__).parent.iterdir()):
        if (room / "actions.py").exists():
            yield importlib.import_module(f"service.{room.name}.actions")
        elif (room / "actions").is_dir():
            package = importlib.import_module(f"service.{room.name}.actions")
            for found in pkgutil.iter_modules(package.__path__):
                yield importlib.import_module(f"{package.__name__}.{found.name}")


def actions() -> list:
    return [
        pytest.param(module, function, id=f"{module.__name__.removeprefix('service.')}.{name}")
        for module in modules()
        for name, function in vars(module).items()
        if inspect.iscoroutinefunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    ]


@pytest.mark.parametrize(("module", "function"), actions())
def test_an_action_takes_the_session_and_the_actor_first(module: ModuleType, function) -> None:
    first = list(inspect.signature(function).parameters)[:2]
    assert first == ["session", "actor"] or (function.__name__ in BEFORE | ASKING | TIDYING and first[0] == "session")


@pytest.mark.parametrize(("module", "function"), actions())
def test_an_action_leaves_an_entry_in_the_trail(module: ModuleType, function) -> None:
    assert function.__name__ in ASKING | TIDYING or "record" in reached(module, function.__name__)


def reached(module: ModuleType, name: str) -> set[str]:
    """Every name that a function calls, through the other functions of its file."""
    tree = ast.parse(inspect.getsource(module))
    calls = {
        node.name: {_called(call) for call in ast.walk(node) if isinstance(call, ast.Call)}
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    seen: set[str] = set()
    waiting = {name}
    while waiting:
        here = waiting.pop()
        seen.add(here)
        waiting |= calls.get(here, set()) - seen
    return seen


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))
