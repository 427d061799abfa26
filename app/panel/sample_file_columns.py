"""What the columns of a register file may hold, by which headers they are known, and which never.

A file may hold no column that nobody gave a meaning: what is not needed is not taken in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.panel.sample_file import ENCODINGS
from app.questionnaire.document import MAX_SHOWN, Document, Node, Problem

# Target: headers, without spaces, accents and punctuation; with the BRP element or group first.
KNOWN: Mapping[str, str] = {
    "register_key": "registerkey sleutel recordnummer duonummer kenmerk",
    "name": "name naam aanschrijfnaam volledigenaam",
    "given": "0210 given givennames voornamen voornaam firstname",
    "initials": "initials voorletters initialen",
    "prefix": "0230 prefix voorvoegsel voorvoegsels tussenvoegsel voorvoegselgeslachtsnaam",
    "surname": "0240 surname geslachtsnaam achternaam lastname familienaam",
    "name_use": "6110 nameuse naamgebruik aanduidingnaamgebruik",
    "partner_prefix": "050230 partnerprefix voorvoegselpartner voorvoegselgeslachtsnaampartner",
    "partner_surname": "050240 partnersurname geslachtsnaampartner achternaampartner",
    "street": "1110 street straat straatnaam",
    "public_space": "1115 publicspace openbareruimte naamopenbareruimte",
    "street_and_number": "streetandnumber adres adresregel straatenhuisnummer",
    "house_number": "1120 housenumber huisnummer huisnr",
    "house_letter": "1130 houseletter huisletter",
    "house_addition": "1140 houseaddition huisnummertoevoeging toevoeging",
    "house_indication": "1150 houseindication aanduidingbijhuisnummer aanduidinghuisnummer",
    "postcode": "1160 postcode postalcode",
    "city": "1170 city woonplaats woonplaatsnaam plaats",
    "location": "1210 location locatiebeschrijving",
    "country": "1310 country land landadres",
    "secret": "7010 secret geheim indicatiegeheim geheimhouding",
    "email": "email mail emailadres mailadres",
    "phone": "phone telefoon telefoonnummer mobiel mobielnummer gsm",
    "second_name": "secondname naamtweedecontact contactpersoon",
    "second_phone": "secondphone telefoontweedecontact",
    "birth_date": "0310 birthdate geboortedatum",
    "fr_group": "frgroup groep group",
    "fr_act": "fract wet act",
    "fr_edition": "fredition editie edition",
    "fr_sex": "frsex 0410 geslacht geslachtsaanduiding sex",
    "fr_birth_year": "frbirthyear geboortejaar birthyear",
    "fr_country": "frcountry 0330 geboorteland countryofbirth",
    "fr_nationality": "frnationality 0510 nationaliteit nationality",
    "fr_municipality": "frmunicipality 0910 gemeente gemeentecode municipality",
    "fr_language": "frlanguage taal voorkeurstaal contacttaal language",
}  # fmt: skip
TARGETS = frozenset(KNOWN)
OURS = frozenset({"fr_entry", "fr_panel", "fr_stratum", "wave"})
"""Frame variables that the draw fills."""
ADDRESS = frozenset(
    (
        *("street", "public_space", "street_and_number", "location"),
        *("house_number", "house_letter", "house_addition", "house_indication"),
        *("postcode", "city", "country"),
    )
)
NAME = frozenset(("name", "given", "initials", "surname", "partner_surname"))

_BY_HEADER = {header: target for target, known in KNOWN.items() for header in known.split()}
_NEVER = frozenset(
    (
        *("0120", "bsn", "bsnnr", "bsnr", "burgerservicenummer", "bsnnummer", "bsnpartner"),
        *("sofinummer", "sofi", "persoonsnummer"),
        *("0110", "anummer", "citizenservicenumber", "servicenumber"),
    )
)
"""01.20 and 01.10 of the BRP, and what people call them."""
_CATEGORY = re.compile(r"0?[1-9]?([0-9]{4})([a-z]*)\Z")
"""An element of the BRP: "11.60", "08.11.60", and with its name behind it."""
_MEANINGS = sorted(TARGETS)


@dataclass(frozen=True, slots=True)
class SampleMapping:
    """What somebody says about a file; empty when headers speak for themselves."""

    columns: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """``{target: {value in the file: value}}``"""
    constants: Mapping[str, str] = field(default_factory=dict)
    strata: tuple[str, ...] = ("fr_group", "fr_act")
    encoding: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return what is kept of it with the import."""
        return {
            "columns": dict(self.columns),
            "ignore": sorted(self.ignore),
            "values": {name: dict(one) for name, one in self.values.items()},
            "constants": dict(self.constants),
            "strata": list(self.strata),
        }


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """A column that cannot be used, or is missing."""

    column: str
    found: str
    expected: str


def target_of(header: str) -> str | None:
    """Return what a header names by itself, ``None`` when nobody knows it."""
    key = _folded(header)
    if key in _BY_HEADER:
        return _BY_HEADER[key]
    element = _CATEGORY.match(key)
    return _BY_HEADER.get(element[1]) if element else None


def is_refused(header: str) -> bool:
    """Tell whether a header names a number that this study may never hold."""
    key = _folded(header)
    words = set(re.split(r"[^a-z]+", header.lower()))
    element = _CATEGORY.match(key)
    if key in _NEVER or (element is not None and element[1] in _NEVER):
        return True
    return not words.isdisjoint(_NEVER)


def targets_of(
    header: Sequence[str], mapping: SampleMapping, frame: Collection[str]
) -> tuple[list[str | None], list[HeaderFault]]:
    """Return the target of every column, ``None`` for one that is left out, and what is wrong."""
    faults: list[HeaderFault] = []
    targets: list[str | None] = []
    for number, name in enumerate(header, 1):
        shown = name or f"column {number}"
        target = mapping.columns.get(name) or target_of(name)
        if is_refused(name):
            faults.append(
                HeaderFault(
                    shown,
                    "a citizen service number (BSN) or A-number, which this study never holds",
                    "a file without that column",
                )
            )
        elif name in mapping.ignore:
            target = None
        elif target is None:
            faults.append(HeaderFault(shown, "a column without a meaning", _ASKED))
        elif target.startswith("fr_") and target not in frame:
            faults.append(HeaderFault(shown, target, "a frame variable of the study"))
        elif target in targets:
            faults.append(HeaderFault(shown, f"a second column for {target}", "one of the two"))
        targets.append(target)
    faults += _missing({one for one in targets if one} | set(mapping.constants), mapping)
    absent = (set(mapping.columns) | mapping.ignore) - set(header)
    faults += [HeaderFault(one, "no such column", "a header of the file") for one in sorted(absent)]
    return targets, faults


_ASKED = "what it means, or that it is left out"


def _missing(found: set[str], mapping: SampleMapping) -> Iterable[HeaderFault]:
    if not found & NAME:
        yield HeaderFault("(header)", "no name", "surname, given names or the name on letters")
    if not found & (ADDRESS | {"email", "phone"}):
        yield HeaderFault("(header)", "no address", "a postal address, e-mail address or telephone")
    for one in mapping.strata:
        if one not in found and not (one == "fr_birth_year" and "birth_date" in found):
            yield HeaderFault("(header)", f"no {one}", "a column for it: strata are made of it")


def read_mapping(file: Path) -> tuple[SampleMapping, list[Problem]]:
    """Return a mapping file as read, and what is wrong with it, with file and line."""
    problems: list[Problem] = []
    root = Document(file, file.name, problems).root
    if root is None:
        return SampleMapping(), problems
    block = root.block((), ("columns", "ignore", "values", "constants", "strata", "encoding"))
    columns = {}
    for key_node, key, node in block["columns"].pairs() if "columns" in block else ():
        if is_refused(key):
            key_node.wrong("a citizen service number is never taken in: leave it out of the file")
        columns[key] = node.choice(_MEANINGS, "meaning")
    values = {}
    for key_node, key, node in block["values"].pairs() if "values" in block else ():
        _known(key_node, key)
        values[key] = {one: to.text("value") for _, one, to in node.pairs()}
    constants = {}
    for key_node, key, node in block["constants"].pairs() if "constants" in block else ():
        _known(key_node, key)
        constants[key] = node.text("value")
    strata = block["strata"].texts("frame variable") if "strata" in block else None
    if strata is not None and any(not one.startswith("fr_") for one in strata):
        block["strata"].wrong("strata are made of frame variables (fr_...) only")
    encoding = block["encoding"].choice(ENCODINGS, "encoding") if "encoding" in block else None
    ignore = frozenset(block["ignore"].texts("header")) if "ignore" in block else frozenset()
    return (
        SampleMapping(
            columns, ignore, values, constants, strata or SampleMapping().strata, encoding
        ),
        problems,
    )


def _known(node: Node, key: str) -> None:
    if key not in TARGETS:
        node.wrong(f'"{key[:MAX_SHOWN]}" is no meaning that a column can have')


def _folded(header: str) -> str:
    plain = unicodedata.normalize("NFKD", header.lower())
    return "".join(one for one in plain if one.isalnum() and one.isascii())
