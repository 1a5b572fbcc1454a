"""The card of a dataset version: what a stranger must know, and what `datasets` reads from it."""

from typing import Any

from workbench.exporting.formats import FORMATS

_CARD = """\
---
configs:
- config_name: default
  data_files:
{files}
---

# {name}

{title}, of the project **{project}**. `lineage.jsonl` leads from each row to the judgements
behind it; `manifest.json` holds the filters, the counts, the files and the content hash.

| | |
|---|---|
| train rows | {train} |
| test rows (other prompts than train) | {test} |
| judged by | {reviewers} reviewers, of kind {kinds} |
| guidelines version | {guidelines_version} |
| content hash | `{sha256}` |

Left out: {left_out}.

{never} Reviewers are pseudonymous.

```python
from datasets import load_dataset

rows = load_dataset("{name}")
```
"""


def card(manifest: dict[str, Any]) -> str:
    """Markdown with the front matter that makes `load_dataset(folder)` find the parts."""
    counts = manifest["counts"]
    files = "\n".join(
        f"  - split: {part}\n    path: {part}.parquet" for part, n in counts.items() if n
    )
    left_out = ", ".join(f"{n} {reason}" for reason, n in sorted(manifest["left_out"].items()))
    return _CARD.format(
        **manifest | {"left_out": left_out or "nothing", "reviewers": len(manifest["reviewers"])},
        **counts,
        files=files,
        title=FORMATS[manifest["format"]].title,
        never=_never(manifest["filters"].get("include", ())),
        kinds=", ".join(manifest["filters"]["kinds"]),
    )


def _never(include: tuple[str, ...]) -> str:
    if not include:
        return "No gold item, heldout prompt or near-duplicate of one is in here."
    return f"It holds {' and '.join(include)} items by choice, as `kind` says: never train on them."
