"""Rendering: an answer's Markdown as inert HTML in which every character knows its place.

Text in, HTML out. It knows nothing of items, reviewers or screens, and loads nothing from
anywhere: links and images are shown as what they are, never followed.
"""

from workbench.rendering.markdown import render

__all__ = ["render"]
