"""What import-linter cannot see: foreign keys and migrations by name, signals, templates, Django's admin."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

# From the floor up; a higher one may name a lower one, never the other way round.
ORDER = ("records", "declarations", "judgements", "passes", "issuing", "checkpoints", "dispositions", "appeals", "web")
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.db.backends.signals")


def label_of(file: Path) -> str | None:
    """The app that a file of src/yimatong belongs to."""
    return next((part for part in reversed(file.parts) if part in ORDER), None)


def goes_up(file: Path, named: str) -> bool:
    label = label_of(file)
    return label in ORDER and named in ORDER and ORDER.index(named) > ORDER.index(label)


def relations(tree: ast.Module) -> list[str]:
    """The apps that a file's foreign keys name as text, `app.Model`."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in RELATIONS:
            targets = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "to")]
            found += [t.value.split(".")[0] for t in targets if isinstance(t, ast.Constant) and "." in str(t.value)]
    return found


def migration_dependencies(tree: ast.Module) -> list[str]:
    return [
        element.elts[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "dependencies"
        for element in getattr(node.value, "elts", [])
        if isinstance(element, ast.Tuple) and isinstance(element.elts[0], ast.Constant)
    ]


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_a_foreign_key_named_as_text_points_down_the_way(product):
    seen = {(file, named) for file, tree in product.items() for named in relations(tree)}
    assert len(seen) >= 3
    assert [f"{file} -> {named}" for file, named in seen if goes_up(file, named)] == []


def test_every_relation_of_a_model_points_down_the_way():
    ours = [model for model in apps.get_models() if model._meta.app_label in ORDER]
    assert len(ours) >= 5
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in ours
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        and field.related_model._meta.app_label in ORDER
        and ORDER.index(field.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]  # fmt: skip
    assert upward == []


def test_a_migration_depends_on_no_later_app(product):
    migrations = {file: migration_dependencies(tree) for file, tree in product.items() if "migrations" in file.parts}
    assert sum(map(len, migrations.values())) >= 3
    assert [f"{f} -> {named}" for f, names in migrations.items() for named in names if goes_up(f, named)] == []


def test_no_signal_is_used(product):
    assert len(product) > 20
    assert [f"{f}: {n}" for f, tree in product.items() for n in imported(tree) if n.startswith(SIGNALS)] == []


def test_no_app_of_djangos_admin_is_there(product, texts):
    assert "django.contrib.auth" in settings.INSTALLED_APPS
    assert [app for app in settings.INSTALLED_APPS if "admin" in app] == []
    assert [f"{f}: {n}" for f, tree in product.items() for n in imported(tree) if "contrib.admin" in n] == []


def test_a_template_takes_in_only_templates_of_its_own_edge(texts):
    pages = {file: text for file, text in texts.items() if file.suffix == ".html" and "templates" in file.parts}
    taken = [
        (file, name)
        for file, text in pages.items()
        for name in re.findall(r"""{%-?\s*(?:include|extends)\s+["']([^"']+)["']""", text)
    ]
    assert len(taken) >= 2

    def own(file: Path, name: str) -> Path:
        at = file.parts.index("templates")
        return Path(*file.parts[: at + 1]) / name

    assert [f"{file} takes {name}" for file, name in taken if own(file, name) not in pages] == []


def test_no_include_hides_its_template_in_a_variable(texts):
    pages = {file: text for file, text in texts.items() if file.suffix == ".html"}
    assert pages
    hidden = [str(file) for file, text in pages.items() if re.search(r"{%-?\s*(?:include|extends)\s+[^\"'\s]", text)]
    assert hidden == []
