"""Judge models: a model that judges as a reviewer of its own, measured against people.

adding       a judge: model, instructions, sampling; it never changes
asking       what a judge reads: the project's rules, the prompt, two answers in one order
replies      what a reply says; what cannot be read is a failure, never a default
verdicts     two orders make one verdict, a probability, and suggestions
planning     before it runs: how many requests, about what they cost, and what it reads
running      the job: ask in both orders, store each reading as it comes
calibrating  beside people's consensus, and beside how well people agree
report       all of that of every judge, reckoned by a job and stored for the screen
switching    what a judge may do for people, each a switch, guarded by what is known of it
triaging     which items its verdict settles, with a random audited share
prelabels    how its suggestions were taken, and whether they anchor people
widening     its verdicts and people's together, for a result that is corrected for its errors

Nothing here is mixed with people's votes: a judge's verdict is stored as its own.
"""

from workbench.judges.adding import add
from workbench.judges.calibrating import calibrate
from workbench.judges.running import JOB, begin, run, work
from workbench.judges.triaging import triage, undo

__all__ = ["JOB", "add", "begin", "calibrate", "run", "triage", "undo", "work"]
