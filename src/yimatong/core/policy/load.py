"""Loads a policy folder: the province's rules, with its city's variations applied inside the province's bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from yimatong.core.policy import build
from yimatong.core.policy.build_checkpoints import build_checkpoints
from yimatong.core.policy.check import check_pack
from yimatong.core.policy.check_city import check_city
from yimatong.core.policy.document import Document, Unreadable, understood
from yimatong.core.policy.model import Policy, Section
from yimatong.core.policy.packs import Pack, digest_of, open_pack
from yimatong.core.policy.problems import PolicyError, Problem
from yimatong.core.policy.schemas import check_shape
from yimatong.core.policy.vary import vary_derivation, vary_rules
from yimatong.core.text import message as _


def load(folder: Path) -> Policy:
    """Return the checked policy of a folder; PolicyError lists every problem with file, line and remedy.

    A city's folder names its province by `extends`; the province's folder stands beside it.
    """
    pack = open_pack(folder)
    province = _province_of(pack, folder)
    _raise_if(pack, province)
    return _alone(pack) if province is None else _together(pack, province)


def province_of(folder: Path) -> Path | None:
    """Return the folder of the province whose policy this city's extends, or None where it stands by itself."""
    data = open_pack(folder).data("policy.yaml")
    return folder.parent / data["extends"] if data is not None and "extends" in data else None


def part_of(files: Mapping[str, str], pack: str, file: str, schema: str) -> Document | None:
    """A file that is no rule and that a city has of its own, or its province's, whole; None where neither has it.

    `files` are the texts of a pack, its province's included, by their paths below the policies folder. PolicyError where it is not of
    the schema's shape.
    """
    path = next(
        (path for path in sorted(files, key=lambda path: not path.startswith(f"{pack}/")) if path.endswith(f"/{file}")),
        None,
    )
    return None if path is None else _shaped(files[path].encode(), path, schema)


@lru_cache(maxsize=16)
def _shaped(raw: bytes, name: str, schema: str) -> Document:
    try:
        document, _, problems = understood(raw, name)
    except Unreadable as stop:
        raise PolicyError([stop.problem]) from None
    problems = (*problems, *check_shape(document, schema))
    if problems:
        raise PolicyError(problems)
    return document


def texts_of(folder: Path, opened: Callable[[Path], Pack] = open_pack) -> dict[str, str]:
    """The text of every file that the policy of a folder is loaded from, its province's included, by its path below the policies.

    With `open_specimens` the same of its specimen people and travellers.
    """
    pack, province = opened(folder), province_of(folder)
    found = {f"{pack.name}/{path}": (folder / path).read_bytes().decode() for path in pack.hashes}
    return found if province is None else found | texts_of(province, opened)


def digest_on_disk(folder: Path) -> str | None:
    """The digest of the pack that lies in a folder, also of one that `load` would refuse; None where none lies there."""
    pack = open_pack(folder)
    if not pack.hashes:
        return None
    province = province_of(folder)
    return digest_of(pack) if province is None else digest_of(pack, open_pack(province))


def _raise_if(*packs: Pack | None) -> None:
    problems = [problem for pack in packs if pack is not None for problem in pack.problems]
    if problems:
        raise PolicyError(problems)


def _province_of(pack: Pack, folder: Path) -> Pack | None:
    data = pack.data("policy.yaml")
    if data is None or "extends" not in data:
        return None
    province = open_pack(folder.parent / data["extends"])
    body = province.data("policy.yaml")
    if body is not None and "extends" in body:
        pack.problems.append(
            Problem(
                pack.documents["policy.yaml"].place("extends"), "policy-extends-a-city",
                _("`{extends}` extends another policy itself.", extends=data["extends"]),
                _("Name the province's policy in `extends`."),
            )
        )  # fmt: skip
    return province


def _alone(pack: Pack) -> Policy:
    """A policy that stands by itself; problems go to the pack."""
    pack.problems.extend(check_pack(pack))
    _raise_if(pack)
    data = pack.data("policy.yaml")
    zone = build.zone_of(data)
    areas = pack.data("areas.yaml") or []
    grounds = build.build_grounds(areas)
    return Policy(
        id=data["id"],
        title=build.text(data["title"]),
        version=data["version"],
        zone=zone,
        first=build.day(data["first"]),
        last=build.day(data["last"]),
        rules=tuple(sorted(map(build.build_rule, pack.under("rules")), key=lambda rule: rule.order)),
        derivation=build.build_derivation(data["derivation"]),
        areas=build.build_areas(areas, zone),
        area_titles={number: ground.title for number, ground in grounds.items()},
        palette=build.build_palette(data["palette"]),
        dispositions=build.build_dispositions(pack.data("dispositions.yaml") or {}),
        instruments=build.build_instruments(pack.data("instruments.yaml") or {}),
        digest=digest_of(pack),
        phases=build.build_phases(data.get("phases", [])),
        sections=build.build_sections(data["sections"]),
        area_grounds=grounds,
        checkpoints=build_checkpoints(pack.documents.get("checkpoints.yaml")),
        area_groups=build.build_area_groups(data.get("area_groups", {})),
    )


def _together(city: Pack, province: Pack) -> Policy:
    """A city's policy: the province's, varied; problems go to the pack they are in."""
    base = _alone(province)
    _raise_if(province)
    city.problems.extend(check_city(city, province))
    _raise_if(city)
    data = city.data("policy.yaml")
    first, last = build.day(data["first"]), build.day(data["last"])
    areas = city.data("areas.yaml") or []
    grounds = {**base.area_grounds, **build.build_grounds(areas)}
    vary = data.get("vary", {})
    return replace(
        base,
        id=data["id"],
        title=build.text(data["title"]),
        version=data["version"],
        first=first,
        last=last,
        rules=vary_rules(base.rules, vary.get("rules", {}), first, last),
        derivation=vary_derivation(base.derivation, vary.get("derivation", {})),
        areas=(*base.areas, *build.build_areas(areas, base.zone)),
        area_titles={number: ground.title for number, ground in grounds.items()},
        dispositions={**base.dispositions, **build.build_dispositions(city.data("dispositions.yaml") or {})},
        instruments={**base.instruments, **build.build_instruments(city.data("instruments.yaml") or {})},
        digest=digest_of(city, province),
        phases=build.build_phases(data.get("phases", [])),
        sections=_own_first(base.sections, build.build_sections(data.get("sections", []))),
        area_grounds=grounds,
        checkpoints=build_checkpoints(
            city.documents.get("checkpoints.yaml"), province.documents.get("checkpoints.yaml")
        ),
    )


def _own_first(inherited: tuple[Section, ...], own: tuple[Section, ...]) -> tuple[Section, ...]:
    """The province's headings, each replaced by the city's of the same id; new ones follow."""
    by_id = {section.id: section for section in own}
    kept = tuple(by_id.pop(section.id, section) for section in inherited)
    return (*kept, *by_id.values())
