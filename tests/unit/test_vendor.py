"""Vendored files are in the tree exactly as their authors published them, and no others."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "scripts" / "vendor.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["vendor"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("vendor", "fonts"):
        shutil.copytree(ROOT / "static" / folder, tmp_path / folder)
    return tmp_path


def test_every_vendored_file_has_the_hash_in_the_lock(vendor: ModuleType) -> None:
    assert vendor.check() == []


def test_a_changed_file_is_found(vendor: ModuleType, copy: Path) -> None:
    path = copy / "vendor" / "socket.io-4.8.4.js"
    path.write_bytes(path.read_bytes() + b"\n")
    assert vendor.check(copy) == ["vendor/socket.io-4.8.4.js: changed"]


def test_a_file_nobody_listed_is_found(vendor: ModuleType, copy: Path) -> None:
    (copy / "fonts" / "stray.woff2").write_bytes(b"?")
    assert vendor.check(copy) == ["fonts/stray.woff2: not in the lock"]


def test_a_missing_file_is_found(vendor: ModuleType, copy: Path) -> None:
    (copy / "fonts" / "bricolage.woff2").unlink()
    assert vendor.check(copy) == ["fonts/bricolage.woff2: missing"]


def test_each_package_is_vendored_with_its_licence(vendor: ModuleType) -> None:
    for spec, entry in vendor.read_lock().items():
        assert entry["license"] in {"ISC", "MIT", "OFL-1.1"}, spec
        assert any("LICENSE" in name or "OFL" in name for name in entry["files"]), spec
