"""The import page's form: what is to be read, how its columns are understood, and the button."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import streamlit as st

from workbench import importing
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.hashing import sha256_bytes
from workbench.importing import Reading, mapping
from workbench.importing.formats import FORMATS
from workbench.importing.hub import PREFIX, is_hub
from workbench.importing.readers import SUFFIXES, file_name
from workbench.importing.reading import PLAIN, Checked, Kind
from workbench.records import Project, ReviewerKind
from workbench.ui import import_views
from workbench.ui.runtime import store
from workbench.ui.ways import counted

CHECKED = "checked import"
BESIDE = "—"
NOT_NAMED = {True: "As found", False: "Choose one"}
JUDGED_BY: dict[str, ReviewerKind | None] = {
    "As the format says": None,
    "People": "human",
    "A model": "judge",
}


def source(kind: Kind) -> AbstractContextManager[Path] | None:
    """What was chosen: a file, or a dataset by name."""
    file = st.file_uploader("File", type=[end[1:] for end in SUFFIXES], key=f"file-{kind}")
    if file:
        return _uploaded(file.name, file.getvalue())
    name = st.text_input(
        "Or a dataset of the hub", placeholder="owner/name:split", key=f"hub-{kind}"
    )
    return nullcontext(Path(f"{PREFIX}{name.strip()}")) if name.strip() else None


@contextmanager
def _uploaded(name: str, content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        yield path


def check_and_import(project: Project, path: Path, kind: Kind) -> None:
    """Show what would come of it; store it when asked."""
    try:
        plain = _checked(project, path, kind, PLAIN)
        reading = _reading(plain, project, kind)
        checked = _checked(project, path, kind, reading)
    except InvalidInput as problem:
        st.error(str(problem))
        return
    import_views.bad_rows(checked.bad)
    import_views.preview(checked)
    if not checked.rows:
        return
    skip = bool(checked.bad) and st.checkbox(
        f"Leave these out, and import the {counted(len(checked.rows), 'row')} that can be used",
        help="Or mend the file and choose it again: nothing is imported twice.",
    )
    if st.button("Import", type="primary", disabled=bool(checked.bad) and not skip):
        with st.spinner("Importing"):
            report = importing.add_checked(
                store(), project, checked, utc_now(), kind=kind, file_name=file_name(path)
            )
        st.session_state.pop(CHECKED, None)
        import_views.say(report, kind)


def _checked(project: Project, path: Path, kind: Kind, reading: Reading) -> Checked:
    """Read once for each way of reading: a script's run must not read a large file again."""
    what = str(path) if is_hub(path) else sha256_bytes(path.read_bytes())
    key = (project.id, kind, what, path.name, reading.format, str(reading.columns),
           reading.judged_by)  # fmt: skip
    known = st.session_state.setdefault(CHECKED, {})
    if key not in known:
        if len(known) > 1:
            known.clear()
        with st.spinner("Reading"):
            known[key] = importing.check_file(path, kind, project, reading)
    found: Checked = known[key]
    return found


def _reading(plain: Checked, project: Project, kind: Kind) -> Reading:
    """How the file is to be read, as found, until somebody corrects it."""
    found = max(plain.formats, key=plain.formats.__getitem__, default=None)
    if found:
        st.caption(f"Found: {FORMATS[found].title}.")
    else:
        st.info(
            "No format has these columns. Choose under Format what a row of the file is; then say"
            " which column is which."
        )
    with st.expander("Read it otherwise" if found else "How it is read", expanded=not plain.rows):
        names = [None, *FORMATS]
        chosen = st.selectbox(
            "Format", names, key=f"format-{kind}",
            format_func=lambda name: FORMATS[name].title if name else NOT_NAMED[bool(found)],
        )  # fmt: skip
        judged_by = None
        if kind == "judgements":
            judged_by = JUDGED_BY[st.selectbox("Who judged?", list(JUDGED_BY))]
        columns = _columns(plain.columns, chosen or found, project, likely=chosen is not None)
    return Reading(chosen, columns, judged_by)


def _columns(
    columns: list[str], name: str | None, project: Project, *, likely: bool
) -> dict[str, str]:
    """Which column is read as what, where it is not the one of that name; `likely` ones are chosen
    beforehand, where somebody named the format.
    """
    if name is None:
        return {}
    wanted = list(FORMATS[name].columns)
    if name == "answers":
        wanted += [f"rating:{one['key']}" for one in (project.rubric or {}).get("criteria", [])]
    wanted += ["system", "context", "reference", "tags", "id"]
    found: dict[str, str] = {}
    for place, role in enumerate(dict.fromkeys(wanted)):
        if place % 3 == 0:
            cells = st.columns(3)
        guess = mapping.guess(role, columns) if likely else role
        with cells[place % 3]:
            column = _column(role, columns, guess, f"column-{name}-{role}-{likely}-{columns}")
        if column != role and (column or role in columns):
            found[role] = column
    return found


def _column(role: str, columns: list[str], guess: str | None, key: str) -> str:
    """The one that is chosen; nothing where this is not in the file."""
    options = ["", *columns]
    first = options.index(guess) if guess in columns else 0
    return st.selectbox(role, options, first, key=key, format_func=lambda name: name or BESIDE)
