"""Quality: how far reviewers agree, what is sure, what is disputed, and what it costs."""

import streamlit as st

from workbench.ui import quality_tables, quality_views, session

session.require("lead")
project = session.current_project()

st.title("Quality")
report = quality_views.current(project)
if report is None:
    st.stop()
if not report["counts"]["judgements"]:
    quality_views.nothing_yet()
    st.stop()
quality_views.overview(project, report)
quality_views.needs_you(project, report)
quality_views.disputes(project, report)
quality_tables.slices(report)
quality_tables.agreement(project, report)
quality_tables.costs(project, report)
quality_views.doubt(report)
quality_views.download(project, report)
