"""`python -m workbench.worker JOB LOCK`: run one job; LOCK is the open file with its lock."""

import os
import sys

from workbench import jobs
from workbench.settings import Workspace
from workbench.store import Store
from workbench.worker.kinds import work_of

NICE = 5  # who judges does not wait for a job

if __name__ == "__main__":
    os.nice(NICE)
    jobs.run(Store(Workspace.from_environment()), int(sys.argv[1]), work_of, int(sys.argv[2]))
