"""Importing: files become prompts, completions and judgements.

The whole file is read and checked before anything is stored; a file with bad rows imports
nothing unless it is told to skip them. `readers` turns a file into rows, `shapes` and
`human_judgements` a row into records, `checking` tells good rows from bad ones, `near_duplicates`
places prompts, `load` stores them with `answers`, `verdicts` and `pair_verdicts`.
"""

from workbench.importing.load import Report, add, check_file, import_file, remove_unfinished

__all__ = ["Report", "add", "check_file", "import_file", "remove_unfinished"]
