"""Rule 1: imports point inwards. Each file stands in a layer and imports only from layers below."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "jupyter_tornchat"
UI = (ROOT / "labextension" / "src").resolve()

# Outermost first: a file imports only what stands in a later layer. A new file is given its place
# here.
LAYERS = [
    {"command"},
    {"app", "server"},
    {"gate"},
    {"forward", "site"},
    {"identity", "kernels"},
    {"handlers", "iopub"},
    {"chat", "requests"},
    {"audit", "hooks", "runs"},
    {"teller"},
    {"hub", "sqlite", "settings", "files"},
    {"invites", "welcome"},
    {"keys", "moderation", "reserved"},
    {"heart", "marks", "people", "resume", "unfinished"},
    {"jobs", "questions"},
    {"liveroom", "batch", "export"},
    {"stretch"},
    {"connection", "content", "presence", "subject", "view"},
    {"shown", "standings"},
    {"grants", "guests", "slices", "history", "seats"},
    {"fold", "keep", "log", "readers"},
    {"groups"},
    {"access", "events", "forwarded", "sight", "tables"},
    {
        "address",
        "backlog",
        "reach",
        "plain",
        "rate",
        "fanout",
        "mediatype",
        "news",
        "tickets",
        "tokens",
        "turns",
    },
    {"names", "pauses", "running"},
    {"protocol"},
]
KERNEL = {"program", "room", "widget"}
"""What a kernel imports: apart from all layers but the last two."""

NOT_IN_THE_HUB = {"tornado", "sqlite3", "jupyter_server", "jupyter_client", "anywidget"}
NOT_IN_A_KERNEL = ("jupyter_server", "tornado.web", "jupyter_tornchat.app", "jupyter_tornchat.hub")


def modules() -> dict[str, Path]:
    """Every module of the package but `__init__`, by its first name: `handlers`, `hub`."""
    return {
        str(path.relative_to(PACKAGE)): path
        for path in sorted(PACKAGE.rglob("*.py"))
        if "static" not in path.parts and path != PACKAGE / "__init__.py"
    }


def noun(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """The dotted name of everything a file imports, wherever in it; relative ones made whole."""
    package = ["jupyter_tornchat", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base += node.module.split(".") if node.module else []
            yield from (".".join([*base, alias.name]) for alias in node.names)


def ours(path: Path) -> set[str]:
    names = (name.split(".") for name in imports(path))
    found = {name[1] for name in names if name[0] == "jupyter_tornchat" and len(name) > 1}
    return found - {noun(path), "__version__"}


def theirs(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)} - {"jupyter_tornchat"}


def layer(name: str) -> int:
    found = [i for i, names in enumerate(LAYERS) if name in names]
    assert found, f"{name} has no place in LAYERS"
    return found[0]


def may_import(importer: str, imported: str) -> bool:
    if importer == "command":  # it talks to a server as a program does, or is one
        return True
    if importer in KERNEL:
        return imported in KERNEL | {"names", "protocol", "running"}
    if imported in KERNEL:
        return False
    return layer(imported) > layer(importer)


@pytest.mark.parametrize("name", modules())
def test_a_module_imports_only_from_layers_below(name: str) -> None:
    path = modules()[name]
    outward = {other for other in ours(path) if not may_import(noun(path), other)}
    assert not outward, f"{name} imports {outward}"


def test_the_protocol_imports_nothing_of_ours() -> None:
    found = [path for path in modules().values() if noun(path) == "protocol"]
    assert found
    assert [ours(path) for path in found] == [set()] * len(found)


@pytest.mark.parametrize(
    "name", ["requests", "hub", "liveroom", "connection", "presence", "events", "log", "runs"]
)
def test_the_hub_knows_neither_tornado_nor_a_database(name: str) -> None:
    assert theirs(PACKAGE / f"{name}.py") & NOT_IN_THE_HUB == set()


@pytest.mark.parametrize(
    "statement",
    [
        "import jupyter_tornchat",
        "from jupyter_tornchat import ChatPanel",
        "from jupyter_tornchat import Room",
        "from jupyter_tornchat import connect",
        "import jupyter_tornchat.room",
        "import jupyter_tornchat.widget",
    ],
)
def test_what_a_kernel_imports_never_imports_the_server(statement: str) -> None:
    seen = f"{statement}\nimport sys\nprint([m for m in {NOT_IN_A_KERNEL} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_panel_waits_for_nothing_that_only_a_verb_needs() -> None:
    late = ("asyncio", "tornado", "urllib.request", "jupyter_core", "pandas", "matplotlib")
    seen = "from jupyter_tornchat import Room\nimport sys\n"
    seen += f"print([m for m in {late} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


# --------------------------------------------------------------------------------- browser

UI_LAYERS = [
    {"join", "lab", "page", "widget"},
    {"badge", "detour", "home"},
    {"whole"},
    {"tornchat"},
    {"panel"},
    {"session"},
    {"form", "moderated", "outcome", "plain", "room", "seen"},
    {"words"},
    {"base64", "fence", "host", "mention", "problem", "text", "turn"},
    {"protocol"},
]


def ui_layer(path: Path) -> int:
    """By the file, or by its folder. What is not named above is a part of the panel."""
    noun = path.relative_to(UI).with_suffix("").parts[0]
    named = (i for i, names in enumerate(UI_LAYERS) if noun in names)
    return next(named, UI_LAYERS.index({"panel"}))


def ui_imports(path: Path) -> set[Path]:
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[\w./-]+?)\.js["']""", text)
    return {(path.parent / f"{other}.ts").resolve() for other in found}


@pytest.mark.parametrize("path", sorted(UI.rglob("*.ts")), ids=lambda path: path.name)
def test_a_file_of_the_ui_imports_only_from_layers_below(path: Path) -> None:
    outward = {other for other in ui_imports(path) if ui_layer(other) < ui_layer(path)}
    assert not outward, f"{path.name} imports {outward}"
