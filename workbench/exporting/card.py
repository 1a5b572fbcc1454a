"""The card of a dataset version: what a stranger must know, and what `datasets` reads from it."""

from typing import Any

from workbench.exporting.formats import FORMATS

Json = dict[str, Any]
TRAINERS = {
    "preference": "dpo", "preference-implicit": "dpo", "preference-text": "dpo",
    "reward": "reward", "kto": "kto", "sft": "sft", "sft-completion": "sft",
}  # fmt: skip

_CARD = """\
---
{front}
---

# {name}

{title}, of the project **{project}**. `lineage.jsonl` leads from each row to the judgements
behind it; `manifest.json` holds the filters, the counts, the files and the content hash.

| | |
|---|---|
| train rows | {train:,} |
| test rows (other prompts than train) | {test:,} |
| rows that corrections made | {corrections:,} |
| reviewers | {reviewers}, of kind {kinds} |
| guidelines version | {guidelines_version} |
| licence | {licence} |
| content hash | `{sha256}` |

Left out: {left_out}.

{never} Reviewers are pseudonymous.

## How it was judged

{judged}

## What it covers

{covers}

## Limits

{limits}

## Use

```python
from datasets import load_dataset

rows = load_dataset("{name}")  # this folder, or its name on a hub
```
{training}"""


def card(manifest: Json) -> str:
    """Markdown with the front matter that makes `load_dataset(folder)` find the parts."""
    return _CARD.format(
        name=manifest["name"],
        project=manifest["project"],
        guidelines_version=manifest["guidelines_version"],
        sha256=manifest["sha256"],
        **manifest["counts"],
        front=_front(manifest),
        title=FORMATS[manifest["format"]].title,
        corrections=manifest["corrections"],
        reviewers=len(manifest["reviewers"]),
        kinds=", ".join(manifest["filters"]["kinds"]),
        licence=manifest["licence"] or "not stated: ask the project before you pass it on",
        left_out=_left_out(manifest),
        never=_never(manifest["filters"].get("include", ())),
        judged=_judged(manifest),
        covers=_covers(manifest),
        limits=_limits(manifest),
        training=_training(manifest),
    )


def _front(manifest: Json) -> str:
    lines = [f"license: {manifest['licence']}"] if manifest["licence"] else []
    if languages := [group["name"] for group in manifest["groups"]["language"]]:
        lines += ["language:", *(f"- {name}" for name in languages)]
    lines += ["configs:", "- config_name: default", "  data_files:"]
    for part, rows in manifest["counts"].items():
        if rows:
            lines += [f"  - split: {part}", f"    path: {part}.parquet"]
    return "\n".join(lines)


def _left_out(manifest: Json) -> str:
    found = sorted(manifest["left_out"].items())
    return "; ".join(f"{reason} ({n:,})" for reason, n in found) or "nothing"


def _never(include: tuple[str, ...]) -> str:
    if not include:
        return "No gold item, heldout prompt or near-duplicate of one is in here."
    return f"It holds {' and '.join(include)} items by choice, as `kind` says: never train on them."


def _judged(manifest: Json) -> str:
    agreement = manifest["agreement"]
    if agreement is None:
        return "No pair was judged by more than one reviewer, so how far they agree is not known."
    shares = (
        f"| Krippendorff's α | {_interval(agreement['alpha'])} |",
        f"| Gwet's AC1 | {_interval(agreement['ac1'])} |",
        f"| share of pairs of judgements that agree | {_interval(agreement['percent'])} |",
    )
    said = f"Of the {agreement['items']:,} pairs that several reviewers judged, whatever became of"
    return "\n".join([f"{said} them:", "", "| agreement | with its 95 % interval |", "|---|---|",
                      *shares])  # fmt: skip


def _interval(found: Json) -> str:
    if found["value"] is None:
        return "not known"
    if found["low"] is None:
        return f"{found['value']:.2f}"
    return f"{found['value']:.2f} ({found['low']:.2f} to {found['high']:.2f})"


def _covers(manifest: Json) -> str:
    coverage = manifest["coverage"]
    first = f"{coverage['covered']:,} of the {coverage['prompts']:,} prompts that may train."
    tables = [_table(kind, groups) for kind, groups in manifest["groups"].items() if groups]
    note = "How often a variant won in these rows against another one; no ranking."
    won = any(group["wins"] for groups in manifest["groups"].values() for group in groups)
    return "\n\n".join([first, *tables, *([note] if won else [])])


def _table(kind: str, groups: list[Json]) -> str:
    variants = list(dict.fromkeys(name for group in groups for name in group["wins"]))
    head = [kind, "prompts", "covered", "verdicts", *(f"won: {_cell(name)}" for name in variants)]
    rows = [
        [
            _cell(group["name"]),
            f"{group['prompts']:,}",
            f"{group['covered']:,}",
            f"{group['rows']:,}",
            *(_won(group["wins"].get(name)) for name in variants),
        ]
        for group in groups
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _won(both: list[int] | None) -> str:
    return "" if both is None else f"{both[0] / both[1]:.0%} of {both[1]:,}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _limits(manifest: Json) -> str:
    filters, limits = manifest["filters"], []
    machines = [kind for kind in filters["kinds"] if kind != "human"]
    if machines:
        limits.append(
            f"Judgements of kind {' and '.join(machines)} are in it, which no person made."
        )
    if manifest["agreement"] is None:
        limits.append("A verdict here may be one person's alone.")
    if manifest["corrections"]:
        limits.append("A correction is one reviewer's text, and nobody has compared it.")
    names = ", ".join(sorted(manifest["benchmarks"]))
    limits.append(
        f"Prompts that ask what these benchmarks ask are left out: {names}."
        if names
        else "It was not checked against any benchmark."
    )
    limits.append("Languages and tags are counted where prompts have them.")
    return "\n".join(f"- {limit}" for limit in limits)


def _training(manifest: Json) -> str:
    trainer = TRAINERS.get(manifest["format"])
    if trainer is None:
        return ""
    test = ["eval_strategy: epoch"] if manifest["counts"]["test"] else []
    lines = ["model_name_or_path: YOUR-MODEL", f"dataset_name: {manifest['name']}",
             "output_dir: trained", *test]  # fmt: skip
    yaml = "\n".join(lines)
    return (
        f"\nTRL trains on it as it lies, with `trl {trainer} --config run.yaml`:\n\n"
        f"```yaml\n{yaml}\n```\n{_smoothing(manifest, trainer)}"
    )


def _smoothing(manifest: Json, trainer: str) -> str:
    doubt = manifest["label_smoothing"]
    if doubt is None or trainer != "dpo":
        return ""
    return (
        f"\nThe verdicts are wrong with a mean chance of {doubt:.3g} (1 − posterior). DPO's robust"
        f" loss takes it in: `loss_type: robust` and `label_smoothing: {doubt:.3g}`.\n"
    )
