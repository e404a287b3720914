"""persons.parquet: who the numbers are. Names, sexes, birthdays, documents and telephones, all made up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yimatong.city.dice import part, roll
from yimatong.city.documents import id_numbers, other_documents, phones, serials
from yimatong.city.model import City
from yimatong.city.names import latin_names, names

SCHEMA = pa.schema(
    [
        pa.field("person", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("sex", pa.string(), nullable=False),
        pa.field("born", pa.date32(), nullable=False),
        pa.field("id_type", pa.string(), nullable=False),
        pa.field("id_number", pa.string()),
        pa.field("phone", pa.string()),
        pa.field("division", pa.int32(), nullable=False),
        pa.field("household", pa.int32(), nullable=False),
    ]
)
ID_TYPES = ("resident", "none", "passport", "hk_macau", "taiwan")
PASSPORTS, HK_MACAU, TAIWAN = 0.002, 0.0015, 0.001
"""Shares of the people; documents of young children who have none yet are `none`."""
CHILD_WITHOUT = 3
NO_PHONE = (8, 85)
"""Younger and older people have no telephone of their own."""
PIECE = 250_000
_PURPOSE = 3200


def persons(city: City) -> Iterator[pa.Table]:
    """Everybody by person number, a piece at a time."""
    resident = np.empty(city.people, dtype=np.int32)
    resident[city.person - 1] = np.arange(city.people, dtype=np.int32)
    serial = serials(city.residents.born, city.residents.woman)
    divisions = np.array([street.division for street in city.layout.streets], dtype=np.int32)
    for start in range(0, city.people, PIECE):
        yield _piece(city, resident[start : start + PIECE], serial, divisions)


def id_types(city: City, who: NDArray[np.int32]) -> NDArray[np.int64]:
    """The kind of document of each, as an index of ID_TYPES."""
    dice = part(roll(city.seed, _PURPOSE, who), 0, 20) / 2**20
    bounds = np.cumsum([PASSPORTS, HK_MACAU, TAIWAN])
    other = np.searchsorted(bounds, dice, side="right")
    kind = np.where(other == 3, 0, other + 2)
    child = (city.residents.age[who] < CHILD_WITHOUT) & (dice > 0.7)
    return np.where(child, 1, kind)


def _piece(city: City, who: NDArray[np.int32], serial: NDArray[np.int32], divisions: NDArray[np.int32]) -> pa.Table:
    people = city.residents
    born, woman, age, person = people.born[who], people.woman[who], people.age[who], city.person[who]
    kind = id_types(city, who)
    year = born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    chinese = names(city.seed, who, woman, year)
    name = pc.if_else(pa.array(kind == 2), latin_names(city.seed, who), chinese)
    numbers = pc.choose(
        pa.array(kind),
        id_numbers(born, serial[who]),
        pa.nulls(len(who), pa.string()),
        other_documents("E99", person, 7),
        other_documents("H99", person, 8),
        other_documents("99", person, 8),
    )
    phone = pc.if_else(
        pa.array((age >= NO_PHONE[0]) & (age < NO_PHONE[1])), phones(person), pa.nulls(len(who), pa.string())
    )
    columns = [
        pa.array(person),
        name,
        pa.array(np.where(woman, "female", "male")),
        pa.array(born).cast(pa.date32()),
        pa.array(ID_TYPES, pa.string()).take(pa.array(kind)),
        numbers,
        phone,
        pa.array(divisions[city.street[who]]),
        pa.array(people.household[who] + np.int32(1)),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)
