"""The app process's one store, with its writer thread, shared by pages and API."""

from functools import cache

from workbench import clearing, jobs, signing_in
from workbench.clock import utc_now
from workbench.settings import Workspace
from workbench.store import Store


@cache
def store() -> Store:
    """Opened at the first use; what a killed process left behind is put right then, and said."""
    opened = Store(Workspace.from_environment())
    for removed in clearing.clear(opened):
        print(clearing.words(removed), flush=True)
    opened.start_writer()
    opened.write(lambda db: signing_in.ensure_owner(db, utc_now()))
    jobs.launch(opened)
    return opened
