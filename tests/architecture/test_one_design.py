"""One design: colours, sizes and shapes are named in tokens.css, and every page of ours stands on the same first three sheets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLES = Path("web/src/style")
TOKENS = STYLES / "tokens.css"
# The sheets that esbuild begins with (web/build.mjs, kept.mjs, scan.mjs), and what each of them imports first.
PAGES = ("office", "resident", "code", "scan", "desk")
FIRST = ('@import "./tokens.css";', '@import "./base.css";', '@import "./parts.css";')
PROPERTY = re.compile(r"(?<![\w-])(--[a-z][a-z0-9-]*)\s*:")
USED = re.compile(r"var\((--[a-z][a-z0-9-]*)")
RAW = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla)\(|:\s*(?:white|black)\b")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# What is drawn on a canvas has no style sheet; it lies on paper or in an SVG that leaves the page.
DRAWN = {
    "web/src/office/signature.ts": "ink of a signature, drawn on a canvas and stored as a picture",
    "web/src/desk/screens/signing.tsx": "ink and ground of a signature, drawn on a canvas and stored as a picture",
}


@pytest.fixture(scope="session")
def sheets(texts) -> dict[Path, str]:
    """The style sheets, without what is said in comments."""
    return {
        file: COMMENT.sub("", text)
        for file, text in texts.items()
        if file.suffix == ".css" and file.is_relative_to(STYLES)
    }


def test_a_custom_property_is_defined_in_tokens_alone(sheets):
    assert len(sheets) > 20
    assert len(set(PROPERTY.findall(sheets[TOKENS]))) > 40
    found = [f"{file}: {name}" for file, text in sheets.items() if file != TOKENS for name in PROPERTY.findall(text)]
    assert found == []


def test_a_raw_colour_stands_in_tokens_alone(sheets):
    assert RAW.search(sheets[TOKENS])
    found = [f"{file}: {raw}" for file, text in sheets.items() if file != TOKENS for raw in RAW.findall(text)]
    assert found == []


def test_a_script_draws_in_the_colours_of_the_page(texts):
    scripts = {
        str(file): text for file, text in texts.items() if file.suffix in {".ts", ".tsx"} and "web/src" in str(file)
    }
    with_colours = {file for file, text in scripts.items() if re.search(r"""["'`]#[0-9a-fA-F]{3,8}["'`]""", text)}
    assert with_colours == DRAWN.keys()


def test_every_token_is_used_and_every_used_one_is_there(sheets, texts):
    named = set(PROPERTY.findall(sheets[TOKENS]))
    used = {name for text in sheets.values() for name in USED.findall(text)}
    # Charts read the page's own colours by their names (web/src/charts/theme.ts).
    theme = texts[Path("web/src/charts/theme.ts")]
    in_charts = {f"--{name}" for name in re.findall(r'value\("([a-z-]+)"\)', theme)} | {
        f"--ramp-{step}" for step in range(1, 6)
    }
    assert used - named == set()
    assert named - used - in_charts == set()


@pytest.mark.parametrize("surface", PAGES)
def test_every_page_stands_on_the_same_sheets(texts, surface):
    lines = [line for line in texts[STYLES / f"{surface}.css"].splitlines() if line.startswith("@import")]
    assert tuple(lines[:3]) == FIRST
