"""The ASGI app that `python -m workbench serve` runs: `uvicorn streamlit_app:app` works too."""

from workbench.ui.serving import build_app

app = build_app()
