"""Following a batch: submit its file, wait, fetch what came of it; a restart goes on where it was.

A batch carries our own mark, so that one that was submitted just before a kill is found again
instead of being paid for twice.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai

from workbench import jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.generation.batches import take_in
from workbench.hashing import sha256_text
from workbench.providers.endpoint import client_of, key_of
from workbench.providers.faults import fault_of
from workbench.records import Job
from workbench.store import Store, batches, grids, variants
from workbench.store.batches import Batch

JOB = "batch"
MARK = "workbench"
POLL_SECONDS = 30.0
TICK_SECONDS = 1.0
ENDED = ("completed", "expired", "cancelled")


def start(store: Store, batch_id: int) -> Job:
    with store.read() as db:
        batch = batches.get(db, batch_id)
        project_id = grids.get(db, batch.grid_id).project_id
    return jobs.start(store, JOB, {"batch_id": batch_id}, project_id=project_id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: from wherever the batch stands to its answers; `{answers, failures}`."""
    with store.read() as db:
        batch = batches.get(db, arguments["batch_id"])
        model = variants.model(db, batch.model_id)
    with client_of(model) as client:
        try:
            return Following(store, client, batch.id, report).to_the_end()
        except openai.APIError as error:
            fault = fault_of(error, model, key_of(model))
            remedy = "What was submitted is kept: submit the same batch again to go on."
            raise InvalidInput(fault.message, field="batch", remedy=remedy) from None


@dataclass
class Following:
    """One batch on its way; `sleep` is passed in, so that tests need not wait."""

    store: Store
    client: openai.OpenAI
    batch_id: int
    report: jobs.Report
    sleep: Callable[[float], None] = time.sleep

    def to_the_end(self) -> dict[str, Any]:
        batch = self._batch()
        if batch.status == "fetched":
            return {"answers": batch.fetched, "failures": batch.failed}
        remote = self._remote(batch)
        while remote.status not in ENDED:
            if remote.status == "failed":
                raise self._refused(remote)
            done = remote.request_counts.completed if remote.request_counts else 0
            self._wait(done, batch.requests, f"the endpoint says: {remote.status}")
            remote = self._look_again(remote)
        return self._fetch(batch, remote)

    def _batch(self) -> Batch:
        with self.store.read() as db:
            return batches.get(db, self.batch_id)

    def _remote(self, batch: Batch) -> Any:
        """The endpoint's batch: the known one, one of our mark, or a new one."""
        if batch.remote_id:
            return self.client.batches.retrieve(batch.remote_id)
        self.report(0, batch.requests, "submitting")
        mark = self._mark(batch)
        remote = next((b for b in self.client.batches.list() if _marked(b, mark)), None)
        if remote is None:
            with open(batch.file, "rb") as file:
                sent = self.client.files.create(file=(Path(batch.file).name, file), purpose="batch")
            remote = self.client.batches.create(
                input_file_id=sent.id, endpoint="/v1/chat/completions", completion_window="24h",
                metadata={MARK: mark},
            )  # fmt: skip
        found = remote
        self.store.write(lambda db: batches.submitted(db, utc_now(), batch.id, found.id))
        return remote

    def _mark(self, batch: Batch) -> str:
        """Of this workspace, this batch and this very file."""
        text = Path(batch.file).read_text(encoding="utf-8")
        return sha256_text(f"{self.store.workspace.home} {batch.id} {batch.created_at} {text}")[:32]

    def _wait(self, done: int, total: int, note: str) -> None:
        """In short steps, so that a stop is heard."""
        for _ in range(int(POLL_SECONDS / TICK_SECONDS)):
            self.report(done, total, note)
            self.sleep(TICK_SECONDS)

    def _look_again(self, remote: Any) -> Any:
        """A day is long: a lost connection or a 5xx in between means only to look later."""
        try:
            return self.client.batches.retrieve(remote.id)
        except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError):
            return remote

    def _refused(self, remote: Any) -> InvalidInput:
        errors = remote.errors.data if remote.errors and remote.errors.data else []
        said = "; ".join(error.message or "" for error in errors) or "no reason given"
        self.store.write(lambda db: batches.give_up(db, utc_now(), self.batch_id, said))
        return InvalidInput(
            f"The endpoint refused the batch: {said}.", remedy="Mend the cause and write it anew."
        )

    def _fetch(self, batch: Batch, remote: Any) -> dict[str, Any]:
        self.store.write(lambda db: batches.move(db, batch.id, "finished", remote.status))
        answered = failed = 0
        for file_id in (remote.output_file_id, remote.error_file_id):
            if file_id:
                self.report(answered + failed, batch.requests, "fetching")
                lines = self.client.files.content(file_id).text.splitlines()
                a, f = take_in(self.store, batch.grid_id, lines, utc_now())
                answered, failed = answered + a, failed + f
        self.store.write(lambda db: batches.fetched(db, utc_now(), batch.id, answered, failed))
        return {"answers": answered, "failures": failed}


def _marked(remote: Any, mark: str) -> bool:
    return bool(remote.metadata) and remote.metadata.get(MARK) == mark
