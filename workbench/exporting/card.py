"""The card of a dataset version: what a stranger must know, and what `datasets` reads from it."""

from typing import Any

_CARD = """\
---
configs:
- config_name: default
  data_files:
{files}
---

# {name}

Preference pairs of the project **{project}**, in TRL's conversational columns `prompt`,
`chosen`, `rejected`, with a `pair_id`. `lineage.jsonl` leads from each `pair_id` to the
judgements behind it; `manifest.json` holds the filters, the counts and the content hash.

| | |
|---|---|
| train pairs | {train} |
| test pairs (other prompts than train) | {test} |
| judged by | {reviewers} reviewers, of kind {kinds} |
| guidelines version | {guidelines_version} |
| content hash | `{sha256}` |

Left out: {left_out}.

No gold item, heldout prompt or near-duplicate of one is in here. Reviewers are pseudonymous.

```python
from datasets import load_dataset

pairs = load_dataset("{name}")
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
        kinds=", ".join(manifest["filters"]["kinds"]),
    )
