"""Devices and the jobs that hold them: one at a time each, however many a job takes."""

import pytest

from tests.conftest import Desk
from workbench import devices, jobs
from workbench.store import jobs as job_rows


@pytest.mark.parametrize(
    ("resource", "single"),
    [("cpu", ["cpu"]), ("gpu-0", ["gpu-0"]), ("gpu-1+gpu-0", ["gpu-0", "gpu-1"])],
)
def test_a_resource_is_taken_apart_in_one_order(resource: str, single: list[str]) -> None:
    assert devices.apart(resource) == single


def test_devices_together_come_apart_again() -> None:
    assert devices.apart(devices.together(("gpu-2", "gpu-0"))) == ["gpu-0", "gpu-2"]


def test_hidden_gpus_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert devices.gpus() == ()
    assert devices.usual() == devices.CPU


def test_jobs_of_one_gpu_wait_for_a_job_of_two_that_waits_before_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise small jobs could keep a large one waiting for ever."""
    launched: list[str | None] = []
    monkeypatch.setattr(jobs, "_spawn", lambda store, job: launched.append(job.resource))
    now = desk.clock.now
    for number, resource in enumerate(["gpu-0", "gpu-0+gpu-1", "gpu-1", "gpu-2"]):
        arguments = {"number": number}
        desk.store.write(
            lambda db, a=arguments, r=resource: job_rows.add(db, now, "simulate", a, r, None)
        )
    jobs.launch(desk.store)
    assert launched == ["gpu-0", "gpu-2"]
