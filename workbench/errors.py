"""Errors that are shown to people: what is wrong, where, and what to do about it.

    WorkbenchError
    ├── InvalidInput     a value, file or setting that cannot be used
    ├── NotFound         a project, prompt, version or job that does not exist
    ├── NotAllowed       the role does not permit it, or the person is paused
    │   ├── SignedOut    nobody is signed in, or the token ran out
    │   └── Paused       the reviewer may not judge in this project for now
    ├── NeverHeld        a judgement of an item that this reviewer never held
    ├── NotPushed        a dataset version that a hub did not take
    └── JobFailed        a job that ended without its result

Everything else that is raised is a defect of the workbench and is shown as such.
"""


class WorkbenchError(Exception):
    """The root of everything that is shown to people as it stands."""

    code = "error"

    def __init__(self, message: str, *, field: str | None = None, remedy: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class InvalidInput(WorkbenchError):
    code = "invalid"


class NotFound(WorkbenchError):
    code = "not_found"


class NotAllowed(WorkbenchError):
    code = "not_allowed"


class SignedOut(NotAllowed):
    code = "signed_out"


class Paused(NotAllowed):
    code = "paused"


class NeverHeld(WorkbenchError):
    code = "never_held"


class NotPushed(WorkbenchError):
    code = "not_pushed"


class JobFailed(WorkbenchError):
    code = "job_failed"
