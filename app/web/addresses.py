"""What a whole number in an address may be."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter


class StoredNumber(IntegerConverter):
    """A whole number that a row can bear; any other names nothing, like an unknown word.

    PostgreSQL keeps an ``integer`` in 31 bits: a query for a larger number breaks instead of
    finding nothing. Nine digits always fit. Said as a pattern and not as ``max``, which would end
    the search for a rule that fits: the staff site's own 404 among them.
    """

    regex = r"\d{1,9}"
