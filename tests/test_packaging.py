"""What people install: the wheel, in an environment of its own, on a machine without Node."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import jupyter_tornchat

ROOT = Path(__file__).parent.parent
MOST_PACKAGES = 7
"""How many packages an installation adds to JupyterLab's at most, ours included."""


# --------------------------------------------------------------------------- what it needs


def needed_by(package: str) -> set[str]:
    """`package` and everything it needs, recursively, by the metadata of what is installed."""
    found: set[str] = set()
    waiting = [Requirement(package)]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        known = f"{name}{sorted(requirement.extras)}"
        if known not in found:
            found.add(known)
            waiting += applicable(requirement)
    return {name.split("[")[0] for name in found}


def applicable(requirement: Requirement) -> list[Requirement]:
    """What `requirement` needs here: its extras and this Python, system and machine counted."""
    try:
        lines = requires(requirement.name) or []
    except PackageNotFoundError as error:
        raise AssertionError(f"{requirement.name} is needed but not installed") from error
    extras = requirement.extras or {""}
    every = [Requirement(line) for line in lines]
    return [
        other
        for other in every
        if other.marker is None or any(other.marker.evaluate({"extra": e}) for e in extras)
    ]


def test_it_adds_at_most_seven_packages_to_jupyterlab() -> None:
    added = needed_by("jupyter_tornchat") - needed_by("jupyterlab")
    assert "jupyter-tornchat" in added
    assert len(added) <= MOST_PACKAGES, sorted(added)


def test_python_and_the_ui_have_the_same_version() -> None:
    package = json.loads((ROOT / "labextension" / "package.json").read_text())
    assert package["version"] == jupyter_tornchat.__version__


# --------------------------------------------------------------------------- the wheel


def uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    assert found, "uv is not installed; `make test` brings it"
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [uv(), "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, timeout=110)
    return next(folder.glob("*.whl"))


class Environment:
    """A virtual environment whose programs find nothing of this machine but its system's own."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "venv" / "bin"
        self.env = {
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PATH": str(self.bin),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
        }
        subprocess.run(
            [uv(), "venv", "--quiet", "--python", sys.executable, self.bin.parent], check=True
        )

    def install(self, *packages: str) -> None:
        command = [uv(), "pip", "install", "--quiet", "--python", str(self.bin / "python")]
        subprocess.run([*command, *packages], check=True, timeout=110)

    def run(self, program: str, *arguments: str) -> str:
        """What it prints, on either stream.

        Raises:
            AssertionError: it failed.
        """
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment(tmp_path_factory.mktemp("installed"))
    assert shutil.which("node", path=environment.env["PATH"]) is None
    environment.install(str(wheel), "jupyterlab")
    return environment


def test_the_wheel_carries_the_built_ui_and_nothing_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shared = next(name.split("/")[0] for name in names if ".data/" in name) + "/data/"
    extension = f"{shared}share/jupyter/labextensions/jupyter-tornchat/"
    for wanted in (
        "jupyter_tornchat/static/tornchat.js",
        "jupyter_tornchat/static/page.js",
        "jupyter_tornchat/static/page.css",
        "jupyter_tornchat/static/widget.js",
        "jupyter_tornchat/static/home.css",
        "jupyter_tornchat/static/math.css",
        "jupyter_tornchat/templates/page.html",
        f"{extension}package.json",
        f"{extension}install.json",
        f"{extension}schemas/jupyter-tornchat/menu.json",
        f"{extension}schemas/jupyter-tornchat/plugin.json",
        f"{shared}etc/jupyter/jupyter_server_config.d/jupyter_tornchat.json",
    ):
        assert wanted in names
    static = ROOT / "jupyter_tornchat" / "static"
    built = {str(file.relative_to(ROOT)) for file in static.rglob("*.*")}
    assert {"chunks", "fonts"} <= {Path(name).parent.name for name in built}
    assert {name for name in names if name.startswith("jupyter_tornchat/static/")} == built
    assert [name for name in names if "test" in name or "node_modules" in name] == []


def test_the_server_extension_is_on_without_a_word(installed: Environment) -> None:
    listing = installed.run("jupyter", "server", "extension", "list")
    assert re.search(r"jupyter_tornchat\W+enabled", listing), listing
    assert re.search(r"jupyter_tornchat 0\.1\.0\W+OK", listing), listing


def test_the_server_extension_is_switched_on_by_jupyters_own_command(
    installed: Environment,
) -> None:
    said = installed.run("jupyter", "server", "extension", "enable", "jupyter_tornchat")
    assert re.search(r"jupyter_tornchat 0\.1\.0\W+OK", said), said


def test_the_labextension_is_there(installed: Environment) -> None:
    listing = installed.run("jupyter", "labextension", "list")
    assert re.search(r"jupyter-tornchat v0\.1\.0\W+enabled\W+OK", listing), listing


def test_the_chat_server_says_its_version(installed: Environment) -> None:
    assert installed.run("jupyter", "tornchat", "--version").strip() == "0.1.0"
