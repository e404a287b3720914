"""The official administrative divisions with their dated history, from the province down to the village.

Names and codes of 2023-06-30 (statistical codes, five levels), the counties of 2015 to 2019 (GB/T 2260 revisions) are tables in
data/, with their sources beside them; what changed between the two is in changes.yaml.
The demo city brings a gazetteer of its own: all of Ningbo down to the street, and some streets of every province.
"""

from yimatong.edges.feeds.divisions.loading import Loaded, is_national, load
from yimatong.edges.feeds.divisions.sources import Row, rows

__all__ = ["Loaded", "Row", "is_national", "load", "rows"]
