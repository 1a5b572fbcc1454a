"""Locks that the kernel frees at death: `flock` on a file, so nothing guesses by process id."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

Turn = Callable[[], AbstractContextManager[None]]


@contextmanager
def held(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock inside the block; yields False, without it, if not waiting and it is taken.

    Child processes do not inherit it: the file descriptor closes at exec.
    """
    descriptor = _open(path)
    try:
        yield _take(descriptor, wait)
    finally:
        os.close(descriptor)


@contextmanager
def turns(path: Path) -> Iterator[Turn]:
    """`with turn():` waits for the lock and holds it inside the block, as often as one likes."""
    descriptor = _open(path)

    @contextmanager
    def turn() -> Iterator[None]:
        _take(descriptor, wait=True)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    try:
        yield turn
    finally:
        os.close(descriptor)


def take(path: Path) -> int | None:
    """The open file that holds the lock, to be handed to a child; None if the lock is taken."""
    descriptor = _open(path)
    if _take(descriptor, wait=False):
        return descriptor
    os.close(descriptor)
    return None


@contextmanager
def adopted(descriptor: int) -> Iterator[bool]:
    """Hold the lock that the parent took for this process, and hand it to no child."""
    os.set_inheritable(descriptor, False)
    try:
        yield True
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _take(descriptor: int, wait: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Whether some living process holds the lock."""
    with held(path, wait=False) as free:
        return not free
