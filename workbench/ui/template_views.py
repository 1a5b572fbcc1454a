"""Templates on a page: choosing versions, writing one beside its preview, what changed."""

import streamlit as st

from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.generation import templates
from workbench.records import Message, Project, Prompt, Template
from workbench.store import variants
from workbench.templating import GIVEN, render
from workbench.ui import texts
from workbench.ui.runtime import store
from workbench.ui.ways import counted, plain

CHOSEN = "generate-templates"
NEW = "A new template"
PAIR = ("user", "assistant")
SHOWN = 200  # prompts to preview with


def label(template: Template) -> str:
    """“polite v2”; the one that sends prompts unchanged has one version only."""
    usual = (template.name, template.version) == (Template().name, 1)
    return template.name if usual else f"{template.name} v{template.version}"


def in_project(project: Project) -> dict[str, Template]:
    """By label: what sends prompts unchanged, then each template's versions, the newest first."""
    with store().read() as db:
        found = variants.templates(db, project.id)
    newest = sorted(found, key=lambda t: (t.name, -t.version))
    return {label(template): template for template in [Template(), *newest]}


def choose(project: Project) -> tuple[Template, ...]:
    found = in_project(project)
    st.session_state.setdefault(CHOSEN, [Template().name])
    st.session_state[CHOSEN] = [name for name in st.session_state[CHOSEN] if name in found]
    names = st.multiselect(
        "Templates", list(found), key=CHOSEN, placeholder="Choose templates",
        help="“as it stands” sends each prompt unchanged, after its source text if it has one.",
    )  # fmt: skip
    return tuple(found[name] for name in names)


def workshop(project: Project, chosen: list[Prompt]) -> None:
    """Folded away: the editor with its preview, and what changed between two versions."""
    with st.expander("Write a template", icon=":material/edit_note:", key="workshop"):
        write, compare = st.tabs(["Write and preview", "What changed"])
        with write:
            _editor(project, chosen)
        with compare:
            _compare(project)


def _editor(project: Project, chosen: list[Prompt]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _fields(project)
        st.button("Save as a version", on_click=_save, args=(project,))
        if problem := st.session_state.pop("template-problem", None):
            st.error(plain(problem))
        if saved := st.session_state.pop("template-saved", None):
            st.success(f"Saved: {plain(saved)} is chosen above.")
    with right:
        _preview(_draft(), chosen)


def _fields(project: Project) -> None:
    found = in_project(project)
    st.selectbox(
        "Begin with", [NEW, *list(found)[1:]], key="template-begin", on_change=_begin_with,
        args=(found,),
    )  # fmt: skip
    state = st.session_state
    for key, usual in (("name", ""), ("system", Template().system), ("user", Template().user)):
        state.setdefault(f"template-{key}", usual)
    st.text_input("Name", key="template-name")
    st.text_area("System text", key="template-system", height=110)
    st.text_area("User text", key="template-user", height=110)
    _examples()


def _draft() -> Template:
    """As the fields stand now; an example that is empty is none."""
    state = st.session_state
    said: list[Message] = []
    for number in range(state["template-examples"]):
        row = [{"role": role, "content": state.get(f"example-{number}-{role}", "")}
               for role in PAIR]  # fmt: skip
        said += row if any(message["content"] for message in row) else []
    return Template(
        state["template-name"].strip(), state["template-system"], state["template-user"],
        tuple(said),
    )  # fmt: skip


def _begin_with(found: dict[str, Template]) -> None:
    state = st.session_state
    begun = found.get(state["template-begin"], Template(""))
    state["template-name"] = begun.name
    state["template-system"], state["template-user"] = begun.system, begun.user
    state["template-examples"] = len(begun.few_shot) // 2
    for place, message in enumerate(begun.few_shot):
        state[f"example-{place // 2}-{message['role']}"] = message["content"]


def _examples() -> None:
    """Finished exchanges that come before the prompt."""
    count = st.session_state.setdefault("template-examples", 0)
    for number in range(count):
        for column, role in zip(st.columns(2), PAIR, strict=True):
            column.text_area(f"Example {number + 1}: {role}", key=f"example-{number}-{role}")
    with st.container(horizontal=True):
        st.button("Add an example", on_click=_count_examples, args=(1,))
        if count:
            st.button("Remove the last", on_click=_count_examples, args=(-1,))


def _count_examples(more: int) -> None:
    st.session_state["template-examples"] += more


def _save(project: Project) -> None:
    state = st.session_state
    try:
        saved = templates.save(store(), project.id, _draft(), utc_now())
    except WorkbenchError as problem:
        state["template-problem"] = str(problem)
        return
    state[CHOSEN] = [name for name in state.get(CHOSEN, []) if name != label(saved)] + [
        label(saved)
    ]
    state["template-saved"] = label(saved)


def _preview(draft: Template, chosen: list[Prompt]) -> None:
    if not chosen:
        st.info("No prompt is chosen: choose others above to see a preview.")
        return
    prompt = one_of("Preview with", chosen, key="preview-prompt")
    _variables(chosen)
    try:
        _warn(draft, chosen)
        if not templates.lacking(draft, [prompt]):
            sent = render(prompt, draft)
            with st.container(border=True):
                texts.messages(sent)
    except WorkbenchError as problem:
        st.error(plain(str(problem)))


def _variables(chosen: list[Prompt]) -> None:
    names = [*GIVEN, *sorted(templates.offered(chosen))]
    said = ", ".join(plain(f"{{{{ {name} }}}}") for name in names)
    st.caption(f"The chosen prompts offer {said}.")


def _warn(draft: Template, chosen: list[Prompt]) -> None:
    for name, count in templates.lacking(draft, chosen).items():
        of = f"{count} of {counted(len(chosen), 'chosen prompt')}"
        st.warning(plain(f"{{{{ {name} }}}} is missing in {of}: those cannot be asked."))


def one_of(title: str, chosen: list[Prompt], key: str) -> Prompt:
    """A choice among the first prompts."""
    found = {prompt.id: prompt for prompt in chosen[:SHOWN]}
    chosen_id = st.selectbox(title, list(found), format_func=lambda i: headline(found[i]), key=key)
    return found[chosen_id]


def headline(prompt: Prompt) -> str:
    """A prompt in a line of a list."""
    words = " ".join(str(prompt.messages[-1]["content"]).split())
    return words if len(words) <= 90 else f"{words[:89]}…"


def _compare(project: Project) -> None:
    found = list(in_project(project).items())[1:]
    names = [name for name, template in found if template.version > 1]
    if not names:
        st.info("Save a template twice under one name, and this shows what changed.")
        return
    left, right = st.columns(2)
    new = dict(found)[left.selectbox("Version", names)]
    others = {n: t for n, t in found if t.name == new.name and t.version != new.version}
    before = next(n for n, t in others.items() if t.version == new.version - 1)
    old = others[right.selectbox("Compared with", list(others), list(others).index(before))]
    for title, was, now in (
        ("System text", old.system, new.system),
        ("User text", old.user, new.user),
        ("Examples", _as_text(old), _as_text(new)),
    ):
        if was or now:
            st.caption(title)
            texts.changes(was, now)


def _as_text(template: Template) -> str:
    return "\n".join(f"{m['role']}: {m['content']}" for m in template.few_shot)
