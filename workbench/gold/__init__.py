"""Gold: comparisons with a known answer are made, kept an eye on, and taken out of use.

`loading` brings known answers in from a file (`rows` says in which shapes), `damaging` makes them
from good answers that `damage` spoils on purpose, `keeping` stores them, `overview` shows how
people fare with them. Who meets which item when is decided in `judging`.
"""

from workbench.gold.damaging import Made, damage, known_good
from workbench.gold.loading import Report, import_file
from workbench.gold.overview import GoldItem, overview

__all__ = ["GoldItem", "Made", "Report", "damage", "import_file", "known_good", "overview"]
