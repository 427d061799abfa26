"""Assumed distributions of what the frame shows: nationality, sex, age, place, language.

Every table here belongs to a line of `ASSUMPTIONS`. Keys are those of the sampling frame.
"""

from __future__ import annotations

from collections.abc import Mapping

GROUPS = ("asiel", "gezin", "overig")
ACTS = ("wi2021", "wi2013")
NATIONALITIES = ("SY", "TR", "YE", "AF", "ER", "MA", "IR", "IQ", "other")

WI2013_NATIONALITY: Mapping[str, Mapping[str, float]] = {
    "asiel": {
        "SY": 40, "TR": 6, "YE": 3, "AF": 6, "ER": 22, "MA": 0.2, "IR": 4.8, "IQ": 5, "other": 13,
    },
    "gezin": {
        "SY": 4, "TR": 10, "YE": 0.3, "AF": 3, "ER": 2, "MA": 13, "IR": 2, "IQ": 2.7, "other": 63,
    },
    "overig": {
        "SY": 1, "TR": 16, "YE": 0.2, "AF": 0.8, "ER": 1, "MA": 9, "IR": 1, "IQ": 1, "other": 70,
    },
}  # fmt: skip

OTHER_COUNTRIES: Mapping[str, Mapping[str, float]] = {
    "asiel": {
        "SO": 20, "SD": 10, "ET": 10, "PK": 9, "NG": 7, "UG": 6, "RU": 8, "CN": 4, "GN": 4,
        "SL": 3, "CD": 4, "EG": 4, "BI": 3, "AZ": 4, "LY": 4,
    },
    "gezin": {
        "IN": 13, "CN": 9, "TH": 7, "PH": 7, "BR": 9, "US": 9, "GB": 5, "ID": 6, "RU": 6, "SR": 5,
        "GH": 4, "NG": 3, "EG": 4, "PK": 5, "ZA": 3, "CO": 3, "VN": 2,
    },
    "overig": {
        "IN": 20, "ID": 8, "EG": 9, "PK": 10, "SR": 10, "GH": 8, "PH": 9, "BR": 8, "US": 8, "NG": 10
    },
}  # fmt: skip

BIRTHPLACE_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "SY": ("LB", "SA", "TR"),
    "TR": ("SY", "BG", "DE"),
    "YE": ("SA", "EG"),
    "AF": ("IR", "PK"),
    "ER": ("SD", "ET"),
    "MA": ("DZ", "ES"),
    "IR": ("IQ", "TR"),
    "IQ": ("SY", "IR", "JO"),
}
"""Where people with this nationality were born if not at home."""

BORN_AT_HOME = 0.91

WOMEN: Mapping[str, float] = {
    "asiel_wi2021": 0.38,
    "gezin_wi2021": 0.70,
    "overig_wi2021": 0.35,
    "asiel_wi2013": 0.44,
    "gezin_wi2013": 0.70,
    "overig_wi2013": 0.40,
}

AGES: Mapping[str, Mapping[tuple[int, int], float]] = {
    "asiel": {(17, 26): 33, (27, 34): 27, (35, 44): 23, (45, 54): 11, (55, 64): 6},
    "gezin": {(19, 26): 23, (27, 34): 42, (35, 44): 23, (45, 54): 8, (55, 64): 4},
    "overig": {(22, 26): 10, (27, 34): 32, (35, 44): 36, (45, 54): 16, (55, 64): 6},
}
"""Ages on the reference date under Wi2021."""

YEARS_OLDER_UNDER_WI2013 = 4

LANGUAGE_BY_COUNTRY: Mapping[str, Mapping[str, float]] = {
    "SY": {"ar": 90, "en": 2, "nl": 3, "unknown": 5},
    "YE": {"ar": 92, "en": 4, "unknown": 4},
    "IQ": {"ar": 75, "en": 5, "nl": 3, "unknown": 17},
    "SD": {"ar": 85, "en": 8, "unknown": 7},
    "LY": {"ar": 88, "en": 5, "unknown": 7},
    "EG": {"ar": 75, "en": 15, "nl": 4, "unknown": 6},
    "MA": {"ar": 62, "nl": 18, "en": 4, "unknown": 16},
    "TR": {"tr": 86, "en": 5, "nl": 4, "unknown": 5},
    "AZ": {"tr": 45, "en": 20, "unknown": 35},
    "ER": {"ti": 90, "ar": 3, "en": 3, "unknown": 4},
    "ET": {"ti": 18, "en": 45, "unknown": 37},
    "IR": {"fa": 86, "en": 9, "unknown": 5},
    "AF": {"fa": 76, "en": 6, "nl": 2, "unknown": 16},
    "SR": {"nl": 94, "en": 3, "unknown": 3},
    "ZA": {"en": 70, "nl": 22, "unknown": 8},
    "US": {"en": 88, "nl": 7, "unknown": 5},
    "GB": {"en": 86, "nl": 9, "unknown": 5},
}
OTHER_LANGUAGE: Mapping[str, float] = {"en": 58, "nl": 12, "unknown": 30}

INHABITANTS: Mapping[str, int] = {
    "GM0363": 918,  # Amsterdam
    "GM0599": 664,  # Rotterdam
    "GM0518": 562,  # 's-Gravenhage
    "GM0344": 368,  # Utrecht
    "GM0772": 244,  # Eindhoven
    "GM0014": 238,  # Groningen
    "GM0855": 228,  # Tilburg
    "GM0034": 222,  # Almere
    "GM0758": 186,  # Breda
    "GM0268": 182,  # Nijmegen
    "GM0200": 167,  # Apeldoorn
    "GM0202": 166,  # Arnhem
    "GM0392": 165,  # Haarlem
    "GM0394": 162,  # Haarlemmermeer
    "GM0153": 161,  # Enschede
    "GM0307": 160,  # Amersfoort
    "GM0796": 159,  # 's-Hertogenbosch
    "GM0479": 159,  # Zaanstad
    "GM0193": 132,  # Zwolle
    "GM0546": 127,  # Leiden
    "GM0637": 127,  # Zoetermeer
    "GM0080": 127,  # Leeuwarden
    "GM0505": 121,  # Dordrecht
    "GM0935": 122,  # Maastricht
    "GM0228": 121,  # Ede
    "GM1783": 114,  # Westland
    "GM0484": 114,  # Alphen aan den Rijn
    "GM0361": 112,  # Alkmaar
    "GM0503": 107,  # Delft
    "GM0114": 108,  # Emmen
    "GM0983": 103,  # Venlo
    "GM0150": 102,  # Deventer
    "GM0794": 95,  # Helmond
    "GM0402": 93,  # Hilversum
    "GM0828": 94,  # Oss
    "GM0362": 95,  # Amstelveen
    "GM1883": 92,  # Sittard-Geleen
    "GM0995": 84,  # Lelystad
    "GM1674": 78,  # Roosendaal
    "GM0606": 81,  # Schiedam
}
"""Thousands of inhabitants of large municipalities around 2023, rounded."""

INHABITANTS_ELSEWHERE = 36
"""Thousands, taken for every other municipality."""

PULL_OF_CITIES: Mapping[str, float] = {"asiel": 1.0, "gezin": 1.15, "overig": 1.15}
"""Power of the number of inhabitants: asylum migrants are spread in proportion by law."""
