"""Importing: files become prompts, completions and judgements.

The whole file is read and checked before anything is stored; a file with bad rows imports
nothing unless it is told to skip them. `readers` turns a file into rows and `mapping` names their
columns, `formats` knows which module turns a row into records, `reading` tells good rows from bad
ones and `fitting` what the project can keep of them, `near_duplicates` places prompts, `load`
stores them with `answers`, `verdicts` and `judged`.
"""

from workbench.importing.load import Report, add, add_checked, import_file, remove_unfinished
from workbench.importing.reading import Reading, check_file

__all__ = [
    "Reading", "Report", "add", "add_checked", "check_file", "import_file", "remove_unfinished",
]  # fmt: skip
