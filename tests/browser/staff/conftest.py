"""The staff site in Chromium: for the whole of it, page by page."""

from tests.integration.staff.conftest import panel, panel_folder

__all__ = ["panel", "panel_folder"]  # fixtures
