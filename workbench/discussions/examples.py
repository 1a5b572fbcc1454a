"""A resolved thread as an example in the guidelines: drafted from it, worded by a lead.

Guidelines are kept for good, so no name of a person goes into them.
"""

from datetime import datetime
from string import ascii_uppercase

from workbench.discussions import access
from workbench.discussions.reading import thread
from workbench.discussions.writing import note
from workbench.errors import InvalidInput
from workbench.records import Reviewer, plain_text
from workbench.store import Database, gold, mentions, projects, threads

HEADING = "## Examples"
LONGEST = 20_000


def draft_example(db: Database, lead: Reviewer, thread_id: int) -> str:
    """The prompt, the answers and the last word, in Markdown, for the lead to edit.

    Raises NotFound, NotAllowed and InvalidInput as `add_example` does.
    """
    _suited(db, lead, thread_id)
    item = thread(db, lead, thread_id).item
    conclusion = mentions.without(threads.messages(db, thread_id)[-1]["text"])
    prompt = [plain_text(message["content"]) for message in item.prompt_messages]
    parts = [("Source", item.context)] if item.context else []
    parts += [("Prompt", "\n\n".join(prompt))]
    parts += [(f"Answer {ascii_uppercase[at]}", text) for at, text in enumerate(item.answers)]
    quoted = [f"**{title}**\n\n{_quote(text)}" for title, text in parts]
    return "\n\n".join([*quoted, f"**Conclusion.** {conclusion}"])


def add_example(db: Database, lead: Reviewer, thread_id: int, text: str, now: datetime) -> int:
    """Append an example to the guidelines, as a new version of them; its number.

    Raises NotFound, NotAllowed, and InvalidInput for an open thread, for a text that is empty, too
    long or names somebody, and for answers that gold asks about: the guidelines would tell.
    """
    found = _suited(db, lead, thread_id)
    example = text.strip()
    if not example:
        raise InvalidInput("Write the example first.", field="text")
    if len(example) > LONGEST:
        raise InvalidInput(f"The example is longer than {LONGEST} characters.", field="text")
    if mentions.encoded(db, example)[1]:
        raise InvalidInput(
            "The example names somebody.", field="text", remedy="Take what follows the @ out."
        )
    known = projects.by_id(db, found.project_id).guidelines
    if example in known:
        raise InvalidInput("This example is in the guidelines already.", field="text")
    guidelines = with_example(known, example)
    version = projects.snapshot(db, now, found.project_id, "guidelines", guidelines)
    note(db, found, lead, "thread.example", now, version=version)
    return version


def _suited(db: Database, lead: Reviewer, thread_id: int) -> threads.Thread:
    found = access.for_lead(db, lead, thread_id)
    if found.status == "open":
        raise InvalidInput("This discussion is open.", remedy="Resolve it first.")
    if gold.checks(db, found.comparison_id):
        raise InvalidInput(
            "Gold asks reviewers about this item, and the guidelines would tell them.",
            remedy="Retire the gold item first, or make an example of another one.",
        )
    return found


def with_example(guidelines: str, example: str) -> str:
    """The guidelines with an example at the end of their section of examples, which is added
    where there is none.
    """
    lines = guidelines.rstrip().split("\n") if guidelines.strip() else []
    headings = _headings(lines)
    start = next((at for at in headings if lines[at].rstrip() == HEADING), None)
    if start is None:
        return "\n".join([*lines, "", HEADING, "", example, ""]).lstrip("\n")
    end = next((at for at in headings if at > start), len(lines))
    before, after = "\n".join(lines[:end]).rstrip(), "\n".join(lines[end:])
    between = "" if before.endswith(HEADING) else "---\n\n"
    return f"{before}\n\n{between}{example}\n" + (f"\n{after}\n" if after else "")


def _headings(lines: list[str]) -> list[int]:
    """The lines that begin a section, those in fenced code aside."""
    found, fenced = [], False
    for at, line in enumerate(lines):
        if line.startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and line.startswith(("# ", "## ")):
            found.append(at)
    return found


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
