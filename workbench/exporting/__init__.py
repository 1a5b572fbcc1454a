"""Exporting: judgements become a frozen dataset version in the columns that trainers read.

`filters` declare what goes in, `choosing` says of each verdict whether it may train and what each
rule costs (`judged` of each judgement alone), `pairs`, `answers`, `edited`, `voted`, `said` and
`raw` read the texts with the way back to the people, `formats` makes rows of them, `files` and
`writing` put these down, `containers` makes other files of them, `under_way` keeps half of one out
of sight, and `versions` freezes the whole.
"""

from workbench.exporting.collecting import Preview, collect, preview
from workbench.exporting.filters import Filters
from workbench.exporting.formats import FORMATS
from workbench.exporting.under_way import JOB, remove_unfinished
from workbench.exporting.versions import begin, export, work

__all__ = [
    "FORMATS", "JOB", "Filters", "Preview", "begin", "collect", "export", "preview",
    "remove_unfinished", "work",
]  # fmt: skip
