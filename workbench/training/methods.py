"""The methods of tuning: what each is called, which formats of dataset versions it reads, and which
of TRL's figures tell how it goes. It knows names only.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from workbench.errors import InvalidInput

Method = Literal["dpo", "kto", "sft", "reward"]


@dataclass(frozen=True)
class Curve:
    """`metric` is TRL's name of it; `says` is what to see in it."""

    metric: str
    title: str
    says: str


@dataclass(frozen=True)
class About:
    """`formats` are those that TRL's trainer reads as they lie, the usual one first."""

    title: str
    formats: tuple[str, ...]
    curves: tuple[Curve, ...]


LOSS = Curve("loss", "Loss", "falls as the model learns")
ACCURACY = Curve(
    "rewards/accuracies", "Reward accuracy", "the share of pairs whose chosen answer it prefers"
)
MARGIN = Curve(
    "rewards/margins", "Reward margin", "how far it tells better from worse answers apart"
)
DRIFT = Curve(
    "drift", "Drift", "how far it has gone from the model it began with, in nats an answer (KL)"
)
KL = Curve("kl", "KL", "how far it has gone from where it began: TRL's estimate, never below 0")
PAIR = Curve("tokens", "Length", "tokens a pair: the prompt twice, with either answer")
TOKENS = Curve("tokens", "Length", "tokens a row, prompt and answer")
TOKEN_ACCURACY = Curve(
    "mean_token_accuracy", "Token accuracy", "the share of tokens that it would have written itself"
)
ENTROPY = Curve("entropy", "Entropy", "how undecided it is at each token, in nats")

METHODS: dict[Method, About] = {
    "dpo": About(
        "DPO, on pairs of a better and a worse answer",
        ("preference", "reward", "preference-implicit", "preference-text"),
        (LOSS, ACCURACY, MARGIN, DRIFT, PAIR, ENTROPY),
    ),
    "kto": About("KTO, on answers that are good or bad", ("kto",), (LOSS, MARGIN, KL, TOKENS)),
    "sft": About(
        "SFT, on the best and the corrected answers",
        ("sft", "sft-completion"),
        (LOSS, TOKEN_ACCURACY, ENTROPY, TOKENS),
    ),
    "reward": About(
        "A reward model, on pairs of a better and a worse answer",
        ("preference", "reward", "preference-implicit", "preference-text"),
        (
            LOSS,
            Curve("accuracy", ACCURACY.title, ACCURACY.says),
            Curve("margin", MARGIN.title, MARGIN.says),
            PAIR,
        ),
    ),
}


def known(method: object) -> Method:
    """Raises InvalidInput for what is no method."""
    for one in get_args(Method):
        if one == method:
            found: Method = one
            return found
    raise InvalidInput(
        f"“{method}” is no method of training.",
        field="method",
        remedy=f"Set method to one of: {', '.join(METHODS)}.",
    )


def check_format(method: Method, format_: str, version: str) -> None:
    """Raises InvalidInput for a version that the method's trainer cannot read."""
    formats = METHODS[method].formats
    if format_ not in formats:
        raise InvalidInput(
            f"{version} is in the format “{format_}”, which {method} does not train on.",
            field="dataset",
            remedy=f"Export the project as {' or '.join(f'“{one}”' for one in formats)},"
            " and train on that version.",
        )


def trainable(format_: str) -> bool:
    """Whether any method reads this format."""
    return any(format_ in about.formats for about in METHODS.values())
