"""What the docs say is what the code has, and they speak of nothing but the project."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from msgspec.inspect import type_info

from jupyter_tornchat import protocol, settings

ROOT = Path(__file__).parent.parent
FRAMES = get_args(protocol.AnyClientFrame) + get_args(protocol.AnyServerFrame)


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@cache
def prose() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in pages())


@cache
def protocol_page() -> str:
    return (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")


def configurable() -> list[str]:
    """The names of every trait that settings.py lets people configure."""
    classes = [c for c in vars(settings).values() if isinstance(c, type)]
    ours = [c for c in classes if c.__module__ == settings.__name__ and hasattr(c, "class_traits")]
    return sorted({name for c in ours for name in c.class_own_traits(config=True)})


def test_every_setting_is_in_the_docs() -> None:
    assert configurable()
    assert [name for name in configurable() if f"`{name}`" not in prose()] == []


def test_every_frame_is_in_the_docs() -> None:
    tags = {type_info(frame).tag for frame in FRAMES}
    assert [tag for tag in sorted(tags) if f"| `{tag}` |" not in protocol_page()] == []


def test_every_reason_is_in_the_docs() -> None:
    assert [code for code in protocol.REASONS if f"| `{code}` |" not in protocol_page()] == []


def test_every_close_code_is_in_the_docs() -> None:
    rows = {code.name: f"| {code.value} | {code.name} |" for code in protocol.Close}
    assert [name for name, row in rows.items() if row not in protocol_page()] == []


def test_what_is_generated_from_the_protocol_is_current() -> None:
    command = [sys.executable, "tools/generate_protocol.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


# ---------------------------------------------------------------- the project speaks of itself

MACHINE_PATH = re.compile(r"(?<![\w.~}/-])/(?:root|home|work|Users|opt)/\w")
LINK = re.compile(r"\w+://(?:[^/\s@]*@)?([A-Za-z0-9.-]+)")
LOOPBACK = {"localhost", "127.0.0.1"}
REGISTRY = re.compile(r"registry|pypi|npm|mirror|proxy|artifact|internal|corp")


def tracked() -> list[Path]:
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    names = subprocess.check_output(listing, cwd=ROOT, text=True).split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    readable = [path for path in tracked() if path.suffix not in {".png", ".ico"}]
    return [(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in readable]


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert [str(path) for path, text in texts() if MACHINE_PATH.search(text)] == []


def test_no_file_names_a_package_registry_or_a_machine() -> None:
    """Lock files like to write down whence they were filled, and notes where someone tried."""
    named = {(str(path), host) for path, text in texts() for host in LINK.findall(text)}
    assert {(path, host) for path, host in named if is_somebodys(path, host)} == set()
    lock = (ROOT / "labextension" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock


def is_somebodys(path: str, host: str) -> bool:
    if host in LOOPBACK:
        return False
    # The tests make up hosts of every kind.
    bare = "." not in host or re.fullmatch(r"[\d.]+", host)
    return bool(
        (bare and not path.startswith(("tests/", "labextension/test/"))) or REGISTRY.search(host)
    )
