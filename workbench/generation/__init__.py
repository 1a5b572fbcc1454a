"""Generation: variants answer prompts, as jobs that can be killed and started again.

What is done is what is stored: a restart asks only for the samples that are missing.

requests     what is sent for a prompt, its seeds, and the key that finds an equal answer again
models       from a model's record to what can answer
answering    the work: ask, store, settle
spending     what an answer cost, and the most that a request can cost
grids        templates × models × sampling over chosen prompts, under one budget
estimating   cost and time before anything is sent
standing     what became of a grid; failures has the words for what went wrong, and what to do
templates    versions of a project's templates, and what the prompts offer them
names        what a model or a template may be called
playground   one prompt before a few variants at once, streamed; keeping stores what came of it
batches      the same requests as files, for the Batch API of OpenAI and for `vllm run-batch`
replaying    an answer had again
"""

from workbench.generation.answering import answer, work

__all__ = ["answer", "work"]
