#!/usr/bin/env python3
"""Keeps the libraries and fonts of others in `static/`, byte for byte as they were published.

    vendor.py lock    pack every package of WANTED, write its hashes to vendor.lock.json
    vendor.py fetch   pack them again, refuse what differs from the lock, write the files
    vendor.py check   offline: every file in the two folders is in the lock and has its hash

Only the ordinary npm client is used and no script of a package is ever run. To move to a newer
version: change WANTED, then `lock`, `fetch`, read the difference, commit.
"""

import base64
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent.parent / "static"
LOCK = STATIC / "vendor" / "vendor.lock.json"
FOLDERS = ("vendor", "fonts")


class VendorError(Exception):
    """A package or a file is not what the lock says; the message names it."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the npm registry; `files` maps a path in it to a path under `static/`."""

    name: str
    version: str
    files: Mapping[str, str]

    @property
    def spec(self) -> str:
        """Return the package as npm writes it."""
        return f"{self.name}@{self.version}"


WANTED = (
    Package(
        "socket.io-client",
        "4.8.4",
        {
            "dist/socket.io.esm.min.js": "vendor/socket.io-4.8.4.js",
            "LICENSE": "vendor/socket.io-4.8.4.LICENSE",
        },
    ),
    Package(
        # SHA-256 of what a phone sends: pages over plain HTTP have no crypto.subtle, and nothing
        # of the browser's own hashes a long clip piece by piece.
        "@noble/hashes",
        "2.4.0",
        {
            "sha2.js": "vendor/noble-hashes-2.4.0/sha2.js",
            "_md.js": "vendor/noble-hashes-2.4.0/_md.js",
            "_u64.js": "vendor/noble-hashes-2.4.0/_u64.js",
            "utils.js": "vendor/noble-hashes-2.4.0/utils.js",
            "LICENSE": "vendor/noble-hashes-2.4.0/LICENSE",
        },
    ),
    Package(
        # Chromium hyphenates with a dictionary that it downloads later, or never: a projector's
        # has none. Its scripts are no modules; a page loads them as they are.
        "hyphen",
        "1.14.1",
        {
            "hyphen.js": "vendor/hyphen-1.14.1/hyphen.js",
            "patterns/fr.js": "vendor/hyphen-1.14.1/hyphen-fr.js",
            "patterns/en-us.js": "vendor/hyphen-1.14.1/hyphen-en.js",
            "LICENSE": "vendor/hyphen-1.14.1/LICENSE",
        },
    ),
    Package(
        # Drawn in ink, like the type around it, on machines that have no emoji of their own.
        "@fontsource/noto-emoji",
        "5.3.2",
        {
            "files/noto-emoji-emoji-700-normal.woff2": "fonts/noto-emoji.woff2",
            "LICENSE": "fonts/noto-emoji.OFL.txt",
        },
    ),
    Package(
        # The wall sets type from condensed to normal width; a phone needs the weights only.
        "@fontsource-variable/bricolage-grotesque",
        "5.3.0",
        {
            "files/bricolage-grotesque-latin-standard-normal.woff2": "fonts/bricolage-wall.woff2",
            "files/bricolage-grotesque-latin-wght-normal.woff2": "fonts/bricolage.woff2",
            "LICENSE": "fonts/bricolage.OFL.txt",
        },
    ),
    Package(
        # One weight for the page that is opened on the thinnest line: half of what all weigh.
        "@fontsource/bricolage-grotesque",
        "5.3.0",
        {
            "files/bricolage-grotesque-latin-700-normal.woff2": "fonts/bricolage-700.woff2",
            "LICENSE": "fonts/bricolage-700.OFL.txt",
        },
    ),
    Package(
        "@fontsource-variable/instrument-sans",
        "5.3.0",
        {
            "files/instrument-sans-latin-standard-normal.woff2": "fonts/instrument-sans.woff2",
            "LICENSE": "fonts/instrument-sans.OFL.txt",
        },
    ),
)


def lock() -> None:
    """Record what the registry serves today: the tarball's sha512 and each file's sha384."""
    entries = {}
    for package in WANTED:
        tarball = _pack(package)
        entries[package.spec] = {
            "license": _license(tarball),
            "tarball": _digest("sha512", tarball),
            "files": {
                target: _digest("sha384", data)
                for target, data in _members(package, tarball).items()
            },
        }
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    LOCK.write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n")


def fetch() -> None:
    """Write the files of every package whose tarball is the one that was locked."""
    locked = read_lock()
    for package in WANTED:
        tarball = _pack(package)
        if _digest("sha512", tarball) != locked[package.spec]["tarball"]:
            raise VendorError(f"{package.spec}: the tarball is not the one in the lock")
        for target, data in _members(package, tarball).items():
            path = STATIC / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def check(static: Path = STATIC) -> list[str]:
    """Return what is wrong with the files, one line each; an empty list is a good answer."""
    locked = read_lock()
    hashes = {path: sha for entry in locked.values() for path, sha in entry["files"].items()}
    present = {
        path.relative_to(static).as_posix()
        for folder in FOLDERS
        for path in (static / folder).rglob("*")
        if path.is_file() and path.name != LOCK.name
    }
    return [
        *(f"{path}: not in the lock" for path in sorted(present - hashes.keys())),
        *(f"{path}: missing" for path in sorted(hashes.keys() - present)),
        *(
            f"{path}: changed"
            for path in sorted(present & hashes.keys())
            if _digest("sha384", (static / path).read_bytes()) != hashes[path]
        ),
        *(
            f"{package.spec}: not locked as wanted"
            for package in WANTED
            if set(package.files.values()) != set(locked.get(package.spec, {}).get("files", ()))
        ),
    ]


def read_lock() -> dict[str, Any]:
    """Return the lock: spec → license, tarball hash and hash per file."""
    entries: dict[str, Any] = json.loads(LOCK.read_text())
    return entries


def _pack(package: Package) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", package.spec, "--ignore-scripts", "--pack-destination", folder]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)  # noqa: S603
        (tarball,) = Path(folder).glob("*.tgz")
        return tarball.read_bytes()


def _members(package: Package, tarball: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        return {
            target: _read(archive, f"package/{source}") for source, target in package.files.items()
        }


def _license(tarball: bytes) -> str:
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        return str(json.loads(_read(archive, "package/package.json"))["license"])


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise VendorError(f"{name}: not a file")
    return member.read()


def _digest(algorithm: str, data: bytes) -> str:
    """Return the hash the way browsers write it in `integrity`."""
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def main(arguments: list[str]) -> int:
    """Run one of the three commands."""
    if arguments == ["lock"]:
        lock()
    elif arguments == ["fetch"]:
        fetch()
    elif arguments != ["check"]:
        print(__doc__)
        return 2
    faults = [] if arguments == ["lock"] else check()
    print("\n".join(faults) or f"{arguments[0]}: {len(WANTED)} packages")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
