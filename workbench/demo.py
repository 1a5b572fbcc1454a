"""Projects on the starter model: the demo that a new workspace gets, and the loop's.

Both are ordinary projects: the prompts come in through importing, with the fact card as source
text, and the model is the one that ships.
"""

from datetime import datetime

from workbench import importing
from workbench.fingerprint import folder_fingerprint
from workbench.importing.parsed import Parsed
from workbench.records import Model, Project, Prompt, Sampling, Split, Template
from workbench.rounds import begin
from workbench.rubrics import load_rubric, load_taxonomy
from workbench.settings import Asks, ProjectSettings
from workbench.starter import MODEL_FOLDER
from workbench.starter.cards import card_prompts
from workbench.store import Store, projects
from workbench.store.database import Database, dumps

DEMO = "teach"
DEMO_GOAL = 40
DEMO_CANDIDATES = 180
DEMO_TRAIN = 720
DEMO_HELDOUT = 150
GUIDELINES = """\
Each question comes with a fact card. The better answer says **exactly what the card says, and
nothing else**.

- The card has the fact: the answer that states it wins.
- The card lacks the fact: the answer that says so wins.
- A made-up value, the value of another line, or extra sentences lose.
"""
POLICY = Sampling(temperature=1.0, max_tokens=48)


def starter_model() -> Model:
    return Model("starter", "local", str(MODEL_FOLDER), folder_fingerprint(MODEL_FOLDER))


def create_demo(store: Store, now: datetime) -> Project:
    """The demo project with its prompts and round 0 open; no answers yet."""
    settings = ProjectSettings(
        starter=True, gold_rate=0.0, repeat_rate=0.0, goal=DEMO_GOAL, asks=Asks(spans=False)
    )
    return create_starter_project(
        store, now, DEMO, "Teach it yourself", settings, DEMO_TRAIN, DEMO_HELDOUT, seed=0
    )


def create_starter_project(
    store: Store,
    now: datetime,
    slug: str,
    title: str,
    settings: ProjectSettings,
    train: int,
    heldout: int,
    seed: int,
) -> Project:
    """A project of fact-card prompts, `train` and `heldout` of them, drawn by `seed`."""
    project = create_project(
        store, now, slug, title, settings, rubric="grounded-qa", guidelines=GUIDELINES
    )
    rows = [*_rows("train", train, seed), *_rows("heldout", heldout, seed)]
    importing.add(store, project, rows, now, file_name="starter cards")
    begin(store, project, starter_model(), POLICY, Template())
    return project


def create_project(
    store: Store,
    now: datetime,
    slug: str,
    title: str,
    settings: ProjectSettings,
    *,
    rubric: str | None = None,
    taxonomy: str = "hallucination",
    guidelines: str = "",
) -> Project:
    """A project with frozen copies of the texts that it judges by. Raises InvalidInput."""
    settings.check()
    loaded = load_rubric(rubric) if rubric else None
    categories = load_taxonomy(taxonomy)

    def write(db: Database) -> Project:
        project_id = projects.create(db, now, slug, title, settings)
        if loaded:
            projects.snapshot(db, now, project_id, "rubric", dumps(loaded))
        projects.snapshot(db, now, project_id, "taxonomy", dumps(categories))
        projects.snapshot(db, now, project_id, "guidelines", guidelines)
        return projects.by_id(db, project_id)

    return store.write(write)


def _rows(split: Split, count: int, seed: int) -> list[Parsed]:
    return [
        Parsed(
            Prompt(
                messages=({"role": "user", "content": card.question},),
                context=card.card,
                reference=card.reference,
                tags=("answerable" if card.answerable else "not on the card",),
                split=split,
            ),
            {},
        )
        for card in card_prompts(split, count, seed)
    ]
