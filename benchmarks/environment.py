"""An environment of its own for each peer, so that none of what it needs meets ours."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parent.parent / ".peers"


def python(name: str, requirements: Sequence[str]) -> str:
    """The Python of the environment with this name, made where it is missing."""
    place = FOLDER / name
    made, found = place / "requirements", place / "bin" / "python"
    wanted = "\n".join(requirements)
    if not made.exists() or made.read_text() != wanted:
        print(f"installing {', '.join(requirements)} …", file=sys.stderr, flush=True)
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        uv = shutil.which("uv")
        with_pip = [str(found), "-m", "pip", "install", "--quiet"]
        install = [uv, "pip", "install", "--quiet", "--python", str(found)] if uv else with_pip
        subprocess.run([*install, *requirements], check=True)
        made.write_text(wanted)
    return str(found)


def nginx_with_nchan() -> str:
    """The nginx that has nchan beside it: Debian's, installed where it is missing and may be."""
    module = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
    if not module.exists():
        print("installing libnginx-mod-nchan …", file=sys.stderr, flush=True)
        subprocess.run(["apt-get", "-qq", "update"], check=False)
        install = ["apt-get", "-qq", "install", "-y", "libnginx-mod-nchan"]
        subprocess.run(install, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not module.exists():
        raise SystemExit("nchan is missing: apt-get install libnginx-mod-nchan")
    return shutil.which("nginx") or "/usr/sbin/nginx"
