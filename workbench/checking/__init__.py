"""Checking: what can be said of an answer without a person, before people spend time on it.

case       what a check is asked, and what it may say
kinds      each kind of check, a pure question about one answer; `json_schema`: one more
making     from settings to a check, or to what is wrong with them
identity   where an answer names its model; `refusals`: where it refuses
adding     a check of a project, a reviewer of kind judge; it never changes
running    the job: every check in use over every answer without a result
rates      how many of each variant's answers pass; `failures`: those that do not, with the words
wording    what a check asks, in a sentence
masking    what names a model is hidden from people, by an overlay
"""

from workbench.checking.adding import add
from workbench.checking.rates import rates
from workbench.checking.running import JOB, begin, run, work

__all__ = ["JOB", "add", "begin", "rates", "run", "work"]
