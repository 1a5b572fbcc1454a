"""Serving: what must hold of the process that shows the screens."""

import sys
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner.exec_code import modified_sys_path

from workbench.ui import serving


def test_a_run_of_a_script_moves_nothing_on_the_path_that_another_thread_imports_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "path", [*sys.path])
    serving.build_app()
    before = [*sys.path]
    with modified_sys_path(str(serving.MAIN)):
        assert sys.path == before
