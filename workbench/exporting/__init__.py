"""Exporting: judgements become a frozen dataset version in the columns that TRL reads.

`pairs` decides what may train and says what was left out and why; `versions` writes it down.
"""

from workbench.exporting.pairs import Filters, Preview, Row, collect
from workbench.exporting.versions import export

__all__ = ["Filters", "Preview", "Row", "collect", "export"]
