"""The address of a table: names of variables and codes, nothing else, so that it can be sent."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app.services.publication.table_request import (
    MOST_BANNERS,
    MOST_FILTERS,
    MOST_NETS,
    MOST_STUBS,
    Filter,
    Shape,
    Shows,
    TableRequest,
)
from app.services.publication.table_sources import LIVE

PAGE = "/staff/results/tables/new"
TREND, TRANSITION = "-", "to"
_LONGEST = 80
"""Characters of a name or code in an address."""
ADDED = ("stub", "by", "filter", "net")


@dataclass(frozen=True)
class Address:
    """What an address asks for: the table, what it is made on, and which field is to be added."""

    request: TableRequest
    source: str
    added: str = ""
    fresh: bool = False
    """Whether nothing was asked yet."""


class BadAddressError(ValueError):
    """An address that no page of ours leads to."""


def address_of(args: MultiDict[str, str]) -> Address:
    """Read an address.

    Raises
    ------
    BadAddressError
        For words where there are only a few, and for waves that are no years.
    """
    if any(len(value) > _LONGEST for values in args.listvalues() for value in values):
        raise BadAddressError
    fresh = not any(name in args for name in ("stub", "by", "waves", "shows", "add"))
    waves, shape = _waves(args.get("waves", ""))
    shows = args.get("shows", Shows.COLUMN.value)
    added = args.get("add", "")
    if shows not in {one.value for one in Shows} or added not in {"", *ADDED}:
        raise BadAddressError
    request = TableRequest(
        stub=_names(args, "stub", MOST_STUBS),
        banner=_names(args, "by", MOST_BANNERS),
        waves=waves,
        shape=shape,
        filters=tuple(_filters(args)),
        shows=Shows(shows),
        nets=tuple(
            codes
            for k in range(1, MOST_NETS + 1)
            if (codes := tuple(dict.fromkeys(args.getlist(f"net{k}"))))
        ),
        mean="mean" in args,
        quartiles="quartiles" in args,
        letters="letters" in args or fresh,
        holm="holm" in args,
        interval="ci" in args or fresh,
        se="se" in args,
        count_dk="dk" in args,
    )
    return Address(request, args.get("from", LIVE) or LIVE, added, fresh)


def _names(args: MultiDict[str, str], name: str, most: int) -> tuple[str, ...]:
    return tuple(value for value in args.getlist(name) if value)[:most]


def _filters(args: MultiDict[str, str]) -> list[Filter]:
    found = []
    for k in range(1, MOST_FILTERS + 1):
        variable = args.get(f"if{k}", "")
        # Codes of the question that stood there before are not codes of this one.
        if variable:
            prefix = f"{variable}."
            codes = [
                code.removeprefix(prefix)
                for code in args.getlist(f"if{k}c")
                if code.startswith(prefix)
            ]
            found.append(Filter(variable, tuple(dict.fromkeys(codes))))
    return found


def _waves(asked: str) -> tuple[tuple[int, ...], Shape]:
    if not asked:
        return (), Shape.ONE
    for sign, shape in ((TRANSITION, Shape.TRANSITION), (TREND, Shape.TREND)):
        if sign in asked:
            years = tuple(_year(text) for text in asked.split(sign))
            if sorted(set(years)) != list(years) or (shape is Shape.TRANSITION and len(years) != 2):
                raise BadAddressError
            return years, shape
    return (_year(asked),), Shape.ONE


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise BadAddressError
    return int(text)


def waves_value(waves: tuple[int, ...], shape: Shape) -> str:
    """Return waves as an address says them: ``2024``, ``2024-2025``, ``2024to2025``."""
    return (TRANSITION if shape is Shape.TRANSITION else TREND).join(map(str, waves))


def pairs_of(request: TableRequest, source: str = LIVE) -> list[tuple[str, str]]:
    """Return a table as the fields of an address, in the order of the form."""
    pairs = [("from", source)] if source != LIVE else []
    pairs += [("stub", name) for name in request.stub]
    pairs += [("by", name) for name in request.banner]
    if request.waves:
        pairs.append(("waves", waves_value(request.waves, request.shape)))
    for k, one in enumerate(request.filters, start=1):
        pairs.append((f"if{k}", one.variable))
        pairs += [(f"if{k}c", f"{one.variable}.{code}") for code in one.codes]
    pairs.append(("shows", request.shows.value))
    for k, net in enumerate(request.nets, start=1):
        pairs += [(f"net{k}", code) for code in net]
    ticked = {
        "mean": request.mean,
        "quartiles": request.quartiles,
        "letters": request.letters,
        "holm": request.holm,
        "ci": request.interval,
        "se": request.se,
        "dk": request.count_dk,
    }
    return pairs + [(name, "1") for name, is_on in ticked.items() if is_on]


def url_of(request: TableRequest, source: str = LIVE, *, file: str = "") -> str:
    """Return the address of a table, or of one of its files (``csv``, ``xlsx`` …)."""
    path = f"{PAGE}.{file}" if file else PAGE
    return f"{path}?{urlencode(pairs_of(request, source))}"
