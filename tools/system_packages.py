"""Find the programs of the system that the tests start, and install those that are missing.

As root on Debian or Ubuntu it installs them; elsewhere it says what to install and exits with 1.
The environment variable CHROMIUM may name a Chromium or Chrome of your own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def chromium() -> bool:
    return bool(os.environ.get("CHROMIUM") or shutil.which("chromium"))


def redis_server() -> bool:
    return bool(shutil.which("redis-server"))


def nginx() -> bool:
    """On Debian it lies where only root looks."""
    return bool(shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin"))


def chinese_font() -> bool:
    """Without one Chromium draws boxes, and a screenshot shows nothing."""
    listing = ["fc-list", ":lang=zh", "family"]
    return bool(shutil.which("fc-list") and subprocess.check_output(listing).strip())


PACKAGES = {
    "chromium": chromium,
    "redis-server": redis_server,
    "nginx": nginx,
    "fonts-noto-cjk": chinese_font,
}


def missing() -> list[str]:
    return [package for package, is_here in PACKAGES.items() if not is_here()]


def apt_get(*arguments: str) -> None:
    command = ["apt-get", "-qq", *arguments]
    done = subprocess.run(
        command,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n`{' '.join(command)}` failed")


def main() -> None:
    packages = missing()
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            f"The tests need {', '.join(packages)}. On Debian or Ubuntu:\n"
            f"  sudo apt-get install {' '.join(packages)}\n"
            "Elsewhere install the same programs; CHROMIUM=/path/to/chrome names a browser."
        )
    print(f"      installing {', '.join(packages)}", flush=True)
    apt_get("update")
    apt_get("install", "-y", "--no-install-recommends", *packages)
    if still := missing():
        sys.exit(f"{', '.join(still)} could not be installed")


if __name__ == "__main__":
    main()
