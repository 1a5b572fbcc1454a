"""The HTTP API under /api/v1: what the review deck and other programs call.

Routes read a request, call one service inside one write, and answer. Who may call is checked in
the same transaction as what they do.
"""

from workbench.api.app import build

__all__ = ["build"]
