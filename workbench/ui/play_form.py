"""The playground's form: one prompt, and up to four variants side by side."""

import re

import streamlit as st

from workbench.generation.grids import name_of
from workbench.generation.selecting import Selection, choose
from workbench.records import Message, Project, Prompt, Sampling, Template, Variant
from workbench.ui import model_form, sampling_form, template_views, texts
from workbench.ui.play_link import MOST, PARAMETER, Choice, from_address, to_address
from workbench.ui.runtime import store
from workbench.ui.ways import counted

CHOICES, NOW = "play-choices", "play-now"
FIELDS = ("system", "user")
OWN, STORED = "Write one", "One of the project's"


def prompt(project: Project) -> Prompt | None:
    """The prompt to ask, or None while there is none."""
    with store().read() as db:
        stored = choose(db, project.id, Selection().to_json())
    how = OWN
    if stored:
        how = st.segmented_control("Prompt", [OWN, STORED], default=OWN, required=True)
    return _written() if how == OWN else _chosen(stored)


def _written() -> Prompt | None:
    state = st.session_state
    for field in FIELDS:  # a widget forgets what it held when its page is left
        state.setdefault(f"play-{field}", state.get(f"play-left-{field}", ""))
    system = st.text_area("System text (optional)", height=70, key="play-system")
    user = st.text_area("User text", height=120, key="play-user")
    state["play-left-system"], state["play-left-user"] = system, user
    if not user.strip():
        return None
    said: list[Message] = [{"role": "system", "content": system}] if system.strip() else []
    return Prompt((*said, {"role": "user", "content": user}))


def _chosen(stored: list[Prompt]) -> Prompt:
    found = template_views.one_of("Choose a prompt", stored, key="play-prompt")
    with st.container(border=True, height=220):
        if found.context:
            texts.messages([{"role": "context", "content": found.context}])
        texts.messages(found.messages)
    return found


def variants(project: Project) -> list[Variant]:
    """As they are chosen now; the address is brought up to date."""
    templates = template_views.in_project(project)
    begun = _begun(list(templates.values()))
    columns = st.columns(len(begun), gap="small")
    chosen = []
    for column, (place, choice) in zip(columns, begun, strict=True):
        with column, st.container(border=True):
            chosen.append(_variant(place, choice, templates))
    _remember(begun, chosen)
    _more(len(begun))
    return chosen


def _begun(templates: list[Template]) -> list[tuple[int, Choice]]:
    """The columns by their lasting numbers, with what each began with: in this session, by the
    address, or as usual.
    """
    state = st.session_state
    if CHOICES not in state:
        linked = from_address(st.query_params.get_all(PARAMETER))
        known = [c for c in linked if c.model in model_form.models() and _known(c, templates)]
        if len(known) < len(linked):
            lost = counted(len(linked) - len(known), "variant")
            st.warning(
                f"{lost} of the link cannot be shown: a model or template is not known here."
            )
        state[CHOICES] = dict(enumerate(known or [Choice(next(iter(model_form.models())))]))
    for place in state[CHOICES]:
        if f"play-model-{place}" not in state:  # the page was left: begin where it was
            state[CHOICES][place] = state.get(NOW, {}).get(place, state[CHOICES][place])
    return list(state[CHOICES].items())


def _known(choice: Choice, templates: list[Template]) -> bool:
    return (choice.template, choice.version) in {(t.name, t.version) for t in templates}


def _variant(place: int, choice: Choice, templates: dict[str, Template]) -> Variant:
    models, state = model_form.models(), st.session_state
    usual = next(
        name for name, t in templates.items()
        if (t.name, t.version) == (choice.template, choice.version)
    )  # fmt: skip
    state.setdefault(f"play-model-{place}", choice.model)
    state.setdefault(f"play-template-{place}", usual)
    model = models[st.selectbox("Model", list(models), key=f"play-model-{place}")]
    template = templates[st.selectbox("Template", list(templates), key=f"play-template-{place}")]
    sampling = _sampling(place, choice.sampling)
    return Variant(name_of(model, template, sampling), model, template, sampling)


def _sampling(place: int, usual: Sampling) -> Sampling:
    """A closed popover has not drawn its fields yet: they begin with a value, not with a state."""
    state = st.session_state
    now = state.get(f"play-temperature-{place}", usual.temperature)
    most = state.get(f"play-tokens-{place}", usual.max_tokens)
    with st.popover(f"T={now:g}, {most} tokens", width="stretch", key=f"play-sampling-{place}"):
        temperature = st.number_input(
            "Temperature", 0.0, 2.0, float(usual.temperature), 0.1, key=f"play-temperature-{place}"
        )
        longest = st.number_input(
            "Most tokens", 1, sampling_form.MOST_TOKENS, usual.max_tokens,
            key=f"play-tokens-{place}",
        )  # fmt: skip
        top_p, top_k, stop = sampling_form.rest(f"play-{place}", usual)
    return Sampling(round(float(temperature), 2), top_p, int(longest), top_k, stop)


def _remember(begun: list[tuple[int, Choice]], chosen: list[Variant]) -> None:
    """For a return to this page, and for who is given its address."""
    now = [Choice(v.model.name, v.template.name, v.template.version, v.sampling) for v in chosen]
    places = (place for place, _ in begun)
    st.session_state[NOW] = dict(zip(places, now, strict=True))
    address = to_address(now)
    if st.query_params.get_all(PARAMETER) != address:
        st.query_params[PARAMETER] = address


def _more(count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Add a variant", icon=":material/add:", on_click=_add, disabled=count == MOST)
        if count > 1:
            st.button("Remove the last", on_click=_remove)
        st.caption("The address of this page holds these variants: share it, or keep it.")


def _add() -> None:
    """Like the last one is now, to be changed in one thing."""
    place, last = list(st.session_state[NOW].items())[-1]
    st.session_state[CHOICES][place + 1] = last


def _remove() -> None:
    """What its fields held goes with it: another one begins like its neighbour."""
    last = st.session_state[CHOICES].popitem()[0]
    st.session_state[NOW].pop(last, None)
    for key in list(st.session_state):
        if re.match(rf"play-(\w+-{last}$|{last}-)", str(key)):
            del st.session_state[key]
