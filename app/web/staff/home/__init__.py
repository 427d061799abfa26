"""Today: what needs a decision, where each wave stands, how response will end, what it costs."""

from app.web.staff.home.views import add_views

__all__ = ["add_views"]
