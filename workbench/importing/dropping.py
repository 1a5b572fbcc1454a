"""What an import did not take over: counted by reason, with the first lines and what would help."""

from dataclasses import dataclass, field

FIRST_LINES = 5


@dataclass
class Dropped:
    """`lines` are the first ones that it happened on, each once."""

    reason: str
    count: int
    lines: list[int]
    remedy: str = ""

    def words(self) -> str:
        """“12 × a reason (lines 3, 4, 9 …)”"""
        places = ", ".join(map(str, self.lines))
        more = " …" if self.count > len(self.lines) else ""
        plural = "lines" if len(self.lines) > 1 or more else "line"
        return f"{self.count} × {self.reason} ({plural} {places}{more})"


@dataclass
class Drops:
    """Grows while a file is read and stored."""

    found: dict[str, Dropped] = field(default_factory=dict)

    def add(self, reason: str, line: int, remedy: str = "") -> None:
        one = self.found.setdefault(reason, Dropped(reason, 0, [], remedy))
        one.count += 1
        if len(one.lines) < FIRST_LINES and line not in one.lines:
            one.lines.append(line)

    def listed(self) -> list[Dropped]:
        """The most frequent first."""
        return sorted(self.found.values(), key=lambda one: (-one.count, one.reason))
