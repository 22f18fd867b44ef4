"""The REST interface is what `spec.yaml` says of it, whatever is asked.

`schemathesis` makes requests from the description, right ones and wrong ones, and holds each answer
against it: statuses, shapes, types, refusals of what is not described.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from places import Place

HERE = Path(__file__).parent
EXAMPLES = 25
"""Random requests of each kind, for each operation."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("place", ["notebook"], indirect=True)
def test_a_property_based_tester_finds_nothing(place: Place, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    address = place.server.url + place.prefix.rstrip("/")
    before = len(place.server.log())  # other tests' requests are in it, too
    done = subprocess.run(
        [
            *(program, "--config-file", HERE / "schemathesis.toml", "run"),
            *(f"{address}/api/spec.yaml", "--url", address),
            *("--header", f"Authorization: token {place.server.token}"),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    said = "\n".join(line[:500] for line in done.stdout.splitlines())
    print(said[said.find("= SUMMARY") :])
    assert done.returncode == 0, said
    assert "Traceback" not in place.server.log()[before:]
