"""The lake of stays: one Parquet file a day (of the arrival, local day), sorted by place, then arrival.

    <lake>/stays/2020-02-15.parquet      person, place, division, arrive, leave, delivery: int32, never NULL

The engine reads the first five columns. `delivery` says which delivery brought the row (0: none), so that a
delivery can be withdrawn; being a column of the same file it can never disagree with the rows. A file is only
ever replaced whole, by a rename; several days change together through a journal (deliveries.py). Readers call
`files`, which first finishes a change that was committed and drops one that was not.
"""

from yimatong.core.lake.days import DayWriter, parquet_options, path_of
from yimatong.core.lake.deliveries import Receipt, adopt, deliver, deliveries_of, files, read_day, withdraw
from yimatong.core.lake.form import COMPRESSION, NO_DELIVERY, ROW_GROUP, SCHEMA, STAY_COLUMNS, LakeError, checked

__all__ = [
    "COMPRESSION",
    "NO_DELIVERY",
    "ROW_GROUP",
    "SCHEMA",
    "STAY_COLUMNS",
    "DayWriter",
    "LakeError",
    "Receipt",
    "adopt",
    "checked",
    "deliver",
    "deliveries_of",
    "files",
    "parquet_options",
    "path_of",
    "read_day",
    "withdraw",
]
