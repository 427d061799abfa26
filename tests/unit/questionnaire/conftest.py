"""Random tests have no deadline: the machine they run on may be shared."""

from hypothesis import settings

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
