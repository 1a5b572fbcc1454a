"""Choosing models, and making another one known: a local one, or an endpoint."""

import streamlit as st

from workbench.clock import utc_now
from workbench.demo import starter_model
from workbench.errors import WorkbenchError
from workbench.generation import known
from workbench.records import Model
from workbench.ui.runtime import store
from workbench.ui.ways import plain

CHOSEN = "generate-models"
FIELDS = ("local-location", "local-adapter", "local-name", "endpoint-name", "endpoint-url",
          "endpoint-served", "endpoint-most", "endpoint-variable")  # fmt: skip
LOCAL, ENDPOINT = "On this machine", "An endpoint"


def models() -> dict[str, Model]:
    """The model that ships and all that are known, by name."""
    return {model.name: model for model in [starter_model(), *known.able(store())]}


def choose() -> tuple[Model, ...]:
    """The chosen models; what they lack is said beneath."""
    found = models()
    st.session_state.setdefault(CHOSEN, list(found)[:1])
    names = st.multiselect("Models", list(found), key=CHOSEN, placeholder="Choose models")
    chosen = tuple(found[name] for name in names)
    for model in chosen:
        if model.key_variable and not known.key_is_set(model.key_variable):
            st.warning(f"{plain(model.name)}: {_key_says(model.key_variable)}")
    return chosen


def add() -> None:
    """The form for another model, folded away."""
    with st.expander("Add a model", icon=":material/add:", key="add-model"):
        kinds = [LOCAL, ENDPOINT]
        kind = st.segmented_control("Where it runs", kinds, default=LOCAL, required=True)
        (_local if kind == LOCAL else _endpoint)()
        if problem := st.session_state.pop("model-problem", None):
            st.error(plain(problem))
        if added := st.session_state.pop("model-added", None):
            st.success(f"{plain(added)} can answer now, and is chosen above.")


def _local() -> None:
    left, right = st.columns(2)
    left.text_input("Folder or Hugging Face id", key="local-location")
    right.text_input("LoRA adapter (optional)", key="local-adapter", help="A folder or an id.")
    st.text_input("Name (optional)", key="local-name", help="How it is called here.")
    st.button("Add this model", on_click=_add_local, key="add-local")


def _endpoint() -> None:
    left, right = st.columns(2)
    left.text_input("Name", key="endpoint-name", help="How it is called here.")
    right.text_input("Base URL", key="endpoint-url", placeholder="https://api.openai.com/v1")
    left, right = st.columns(2)
    left.text_input(
        "The endpoint's own name of the model", key="endpoint-served",
        help="If it is another one than the name here.",
    )  # fmt: skip
    right.number_input(
        "Requests at once, at most", 1, 1000, None, key="endpoint-most", placeholder="No bound",
        help="Without a bound, as many as the endpoint turns out to bear.",
    )  # fmt: skip
    left, right = st.columns(2, vertical_alignment="bottom")
    variable = left.text_input(
        "Environment variable with the key", key="endpoint-variable", placeholder="OPENAI_API_KEY"
    )
    if variable.isidentifier():
        right.caption(_key_says(variable))
    st.caption(
        "The key itself is never entered or stored here, only the name of the environment variable"
        " that holds it. Leave it empty for an endpoint without keys."
    )
    st.button("Add this model", on_click=_add_endpoint, key="add-endpoint")


def _key_says(variable: str) -> str:
    if known.key_is_set(variable):
        return f"{plain(variable)} is set."
    return (
        f"{plain(variable)} is not set where the app runs. Set it there, and start the app again."
    )


def _add_local() -> None:
    said = st.session_state
    location = said["local-location"].strip()
    if not location:
        said["model-problem"] = "Give a folder, or a model's id at Hugging Face."
        return
    name, adapter = said["local-name"].strip(), said["local-adapter"].strip()
    _add(known.local(location, name or None, adapter or None))


def _add_endpoint() -> None:
    said = st.session_state
    try:
        model = known.endpoint(
            said["endpoint-name"].strip(), said["endpoint-url"], said["endpoint-served"].strip(),
            said["endpoint-variable"].strip(), said["endpoint-most"],
        )  # fmt: skip
    except WorkbenchError as problem:
        said["model-problem"] = str(problem)
        return
    _add(model)


def _add(model: Model) -> None:
    try:
        added = known.add(store(), model, utc_now())
    except WorkbenchError as problem:
        st.session_state["model-problem"] = str(problem)
        return
    chosen = st.session_state.get(CHOSEN, [])
    st.session_state[CHOSEN] = [*chosen, *({added.name} - set(chosen))]
    st.session_state["model-added"] = added.name
    for field in FIELDS:
        st.session_state.pop(field, None)
