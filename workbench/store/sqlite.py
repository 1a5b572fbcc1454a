"""sqlite-utils without pandas. It loads pandas wherever that is installed: half a second and 45 MB
at each start, for types of columns that nobody stores.
"""

import sys

_hidden = "pandas" not in sys.modules
if _hidden:
    sys.modules["pandas"] = None  # type: ignore[assignment]  # an import of it fails, as if absent

from sqlite_utils import Database, Migrations  # noqa: E402

if _hidden:
    del sys.modules["pandas"]

__all__ = ["Database", "Migrations"]
