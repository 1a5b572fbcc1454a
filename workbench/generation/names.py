"""What a model or a template may be called: it stands in tables, legends and progress lines."""

from workbench.errors import InvalidInput

LONGEST = 100  # a hub id has up to 96


def check_name(name: str) -> None:
    """Raises InvalidInput for a name that is empty or fills a screen."""
    if not name.strip():
        raise InvalidInput("A name is missing.", field="name", remedy="Give it one.")
    if len(name) > LONGEST:
        raise InvalidInput(
            f"A name of {len(name)} characters fills every table.",
            field="name",
            remedy=f"Give it one of up to {LONGEST}.",
        )
