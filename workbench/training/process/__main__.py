"""`python -m workbench.training.process FOLDER`: train as a run's folder says, or with `--look`
only look at its rows. Each process of a run with several is one of these, started by
`torch.distributed.run` or `accelerate launch`.
"""

import os
import sys
import traceback
from contextlib import nullcontext
from pathlib import Path

from workbench.lifeline import die_with_parent
from workbench.locks import held
from workbench.training.process.faults import explained
from workbench.training.speech import LOOK, say


def is_first() -> bool:
    """Whether this is the process that writes for all of them."""
    return os.environ.get("RANK", "0") == "0"


def main(folder: Path) -> int:
    if "LOCAL_RANK" in os.environ:  # started by a launcher, which a kill -9 ends alone
        die_with_parent()
    say(done=0, total=1, note="loading TRL")
    try:
        from workbench.training.process import trainer

        begin = trainer.look_only if LOOK in sys.argv else trainer.train
        with held(folder / "lock", wait=True) if is_first() else nullcontext():
            begin(folder.resolve())
    except BaseException as problem:
        traceback.print_exc()
        say(**explained(problem, folder))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
