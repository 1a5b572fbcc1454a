"""Gold from good answers: each is laid beside a copy of itself that was damaged on purpose.

An answer is good if the prompt says so (its reference, unless reviewers are shown it) or if the
caller does. Train prompts of one turn only; a prompt gets one such item, once and for all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice

from workbench.gold.damage import Damaged, swap_fact, truncate
from workbench.gold.keeping import Known, keep, require_verdicts
from workbench.hashing import unit_interval
from workbench.quality import consensus
from workbench.records import Message, Project, Prompt, plain_text
from workbench.store import Database, Store, completions, gold, prompts

SOURCE = "damaged"
PEERS = 50  # good answers to other prompts that facts are borrowed from
LEAST_VOTES = 2


@dataclass(frozen=True)
class Made:
    """How many gold items of each kind of damage; prompts passed over, by reason."""

    kinds: dict[str, int]
    skipped: dict[str, int]


@dataclass(frozen=True)
class Subject:
    """A prompt, a good answer to it, and the other texts that answered it."""

    prompt: Prompt
    good: tuple[Message, ...]
    others: tuple[tuple[Message, ...], ...]

    @property
    def text(self) -> str:
        return _text(self.good)


def known_good(db: Database, project: Project) -> list[tuple[int, int]]:
    """`(prompt, completion)` of the answers that people agreed on: each won whatever was settled
    about it.
    """
    agreed = [
        one
        for one in consensus(db, project.id, ("human",))
        if len(one.judgement_ids) >= LEAST_VOTES
        and one.posterior >= project.settings.consensus_threshold
    ]
    beaten = {i for one in agreed for i in (one.pair if one.all_bad else (one.loser_id,))}
    won = [(one.prompt_id, one.winner_id) for one in agreed if one.winner_id not in beaten]
    return [(prompt_id, winner) for prompt_id, winner in won if winner is not None]


def damage(
    store: Store, project: Project, good: Iterable[tuple[int, int]], now: datetime, *,
    count: int, seed: int = 0, training: bool = False,
) -> Made:  # fmt: skip
    """Make up to `count` gold items; `good` are `(prompt, completion)` known to be good, beside
    the prompts' own references.

    Raises InvalidInput for a project that judges single answers.
    """
    require_verdicts(project)
    skipped: Counter[str] = Counter()
    with store.read() as db:
        subjects = _subjects(db, project, dict(good), seed, skipped)
        chosen = list(islice(_spoilt(project, subjects, seed, skipped), count))
    kinds: Counter[str] = Counter()
    for known, kind in chosen:
        write = partial(
            keep, now=now, project=project, known=known, source=SOURCE, training=training
        )
        kinds[kind] += store.write(write)
    return Made(dict(kinds), dict(skipped))


def _subjects(
    db: Database, project: Project, good: dict[int, int], seed: int, skipped: Counter[str]
) -> Iterator[Subject]:
    """The prompts in an order drawn by the seed, each with a good answer."""
    done = gold.prompts_with(db, project.id, SOURCE)
    found = prompts.in_project(db, project.id, "train")
    for prompt in sorted(found, key=lambda prompt: unit_interval("damage", seed, prompt.text())):
        if prompt.id in done:
            skipped["there is one already"] += 1
        elif prompt.turns > 1:
            skipped["several turns"] += 1
        elif (subject := _subject(db, project, prompt, good.get(prompt.id))) is None:
            skipped["no answer known to be good"] += 1
        elif project.settings.judging == "ranking" and not subject.others:
            skipped["no other answer to rank"] += 1
        else:
            yield subject


def _subject(
    db: Database, project: Project, prompt: Prompt, good_id: int | None
) -> Subject | None:  # fmt: skip
    """An answer in the words of a reference that is shown would give itself away."""
    own = completions.of_prompt(db, prompt.id)
    best = next((answer.messages for answer in own if answer.id == good_id), None)
    if prompt.reference and prompt.reference.strip() and not project.settings.show_reference:
        best = ({"role": "assistant", "content": prompt.reference},)
    if best is None:
        return None
    texts = {_text(answer.messages): answer.messages for answer in reversed(own)}
    texts.pop(_text(best), None)
    drawn = sorted(texts, key=lambda text: unit_interval("beside gold", text))
    return Subject(prompt, best, tuple(texts[text] for text in drawn))


def _spoilt(
    project: Project, subjects: Iterator[Subject], seed: int, skipped: Counter[str]
) -> Iterator[tuple[Known, str]]:
    """What can be damaged, every third one cut off, where it allows that."""
    first = list(islice(subjects, PEERS))
    peers = "\n".join(subject.text for subject in first)
    made = 0
    for subject in chain(first, subjects):
        damaged = _damaged(subject, peers, f"{seed} {subject.prompt.text()}", made)
        if damaged is None:
            skipped["nothing in the answer to damage"] += 1
            continue
        made += 1
        yield _known(project, subject, damaged), damaged.kind


def _damaged(subject: Subject, peers: str, seed: str, nth: int) -> Damaged | None:
    """A damage that none of the other answers has."""
    ways = [
        swap_fact(subject.text, (subject.prompt.context or "", peers), seed),
        truncate(subject.text, seed),
    ]
    taken = {_text(messages) for messages in subject.others}
    preferred = ways[::-1] if nth % 3 == 2 else ways
    return next((way for way in preferred if way and way.text not in taken), None)


def _known(project: Project, subject: Subject, damaged: Damaged) -> Known:
    """A pair, or a ranking with the prompt's other answers between the two."""
    settings = project.settings
    room = settings.ranking_size - 2 if settings.judging == "ranking" else 0
    worst: tuple[Message, ...] = ({"role": "assistant", "content": damaged.text},)
    answers = (subject.good, *subject.others[:room], worst)
    return Known(subject.prompt, answers, damaged.explanation)


def _text(messages: tuple[Message, ...]) -> str:
    return plain_text(messages[-1]["content"])
