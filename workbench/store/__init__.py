"""All SQL of the workbench: one SQLite file, its migrations, and one module per noun.

The noun modules are plain functions whose first argument is an open `Database`; they are called
inside `Store.write` or `Store.read` and know nothing of stages, providers or screens.
"""

from workbench.store.database import Database, Store

__all__ = ["Database", "Store"]
