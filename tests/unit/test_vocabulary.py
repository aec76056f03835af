"""The names of files inside a feature: one list in the documents, the same in the contract."""

import re
import tomllib

from mixroom.features import features
from mixroom.settings import ROOT

SECTION = re.compile(r"^## Inside a feature\n(.*?)^## ", re.MULTILINE | re.DOTALL)


def test_every_file_name_of_the_contract_is_explained_and_no_other() -> None:
    (section,) = SECTION.findall((ROOT / "docs" / "architecture.md").read_text())
    tables = "\n".join(line for line in section.splitlines() if line.startswith("|"))
    explained = set(re.findall(r"`(\w+)\.py`", tables))
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (inside,) = (
        each for each in contracts["contracts"] if each["name"].startswith("Inside a feature")
    )
    assert set(inside["containers"]) == {f"mixroom.{each.name}" for each in features()}
    named = {name for layer in inside["layers"] for name in re.findall(r"\w+", layer)}
    assert explained == named
