"""From a model's record to what can answer, and to the resource that its jobs share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from workbench import devices
from workbench.errors import InvalidInput
from workbench.hashing import sha256_text
from workbench.providers import Outcome, Provider, Request
from workbench.providers.local import LocalModel
from workbench.records import Model, Sampling

Tell = Callable[[str], None]


def load(model: Model, tell: Tell = lambda said: None) -> Provider:
    """`tell` hears in words what an endpoint waits for. Raises InvalidInput for an import."""
    if model.kind == "local":
        return LocalModel(model)
    if model.kind == "endpoint":
        from workbench.providers.endpoint import EndpointModel  # its client takes a second

        return EndpointModel(model, tell)
    raise InvalidInput(
        f"“{model.name}” was imported and cannot generate.",
        field="variant",
        remedy="Choose a variant of a local model or of an endpoint.",
    )


@dataclass
class Loaded:
    """The model that answered last, and who hears of it: variants of one model share it."""

    model: Model | None = None
    provider: Provider | None = None
    hear: Tell = field(default=lambda said: None)

    def ready(self, model: Model, hear: Tell) -> Provider:
        self.hear = hear
        if self.provider is None or self.model != model:
            self.provider = load(model, lambda said: self.hear(said))
            self.model = model
        return self.provider


@dataclass
class Once:
    """A model that is loaded at the first question, if there is one, and then kept."""

    model: Model
    provider: Provider | None = None

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        self.provider = self.provider or load(self.model)
        return self.provider.answer(requests, sampling)


def resource_of(model: Model) -> str:
    """Jobs of one endpoint wait for each other, and all local ones do."""
    return (
        devices.usual() if model.kind == "local" else f"endpoint-{sha256_text(model.location)[:12]}"
    )


def check_url(url: str) -> str:
    """The base URL of an endpoint as it is stored. Raises InvalidInput."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or not _has_port(parts):
        raise InvalidInput(
            f"“{url}” is no address of an endpoint.",
            field="url",
            remedy="Give its base URL, such as https://api.openai.com/v1.",
        )
    if parts.username or parts.password or parts.query:
        raise InvalidInput(
            "The address of an endpoint is stored, so it must hold no key.",
            field="url",
            remedy="Put the key into an environment variable and name that one.",
        )
    return url.strip().rstrip("/")


def _has_port(parts: SplitResult) -> bool:
    """Whether the port can be one, given or not."""
    try:
        return parts.port != 0
    except ValueError:
        return False
