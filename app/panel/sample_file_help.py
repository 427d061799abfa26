"""What a register file may hold, told to whoever takes one in."""

from __future__ import annotations

from app.panel.sample_file_columns import KNOWN


def headers_told() -> str:
    """Return every meaning of a column with the headers by which it is known, a line each."""
    lines = []
    for target, known in KNOWN.items():
        named = [one for one in known.split() if not one.isdigit()]
        elements = [
            f"{one[-4:-2]}.{one[-2:]}" for one in known.split() if one.isdigit() and len(one) == 4
        ]
        lines.append(f"{target}: {', '.join([*named, *elements])}")
    return "\n".join(lines)


IMPORT_HELP = f"""Take in the register FILE (CSV or XLSX): all of it or, with every fault named,
nothing.

A row for each person, a column for each of these, by one of these headers or the number of the BRP
element. Spaces, capitals and punctuation do not count. Needed are a name, an address (on paper, by
e-mail or phone) and what strata are made of (fr_group, fr_act). Columns with a citizen service
number (BSN) are refused.

\b
{headers_told()}

Other headers are left out with --ignore, or get a meaning in a --mapping file:

\b
columns: {{"K17": fr_group, "Kenmerk": register_key}}
values: {{fr_group: {{"AM": asiel, "GM": gezin}}}}
constants: {{fr_edition: national}}
ignore: ["Opmerking"]
strata: [fr_group, fr_act]
encoding: cp1254
"""
