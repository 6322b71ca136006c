"""A fictional borough of about 550 appointments, made by other rules than `hubgraph synth`, with the truth of who is who.

It is made to tempt: rare forenames that people of unlike surnames share, sons named like their fathers but for a letter,
twins, surnames that change over a third record. Every name is made up.
"""

import csv
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SCHOOLS: Final = range(820_001, 820_031)
TRUSTS: Final = range(7_101, 7_107)
FUNDERS: Final = ("wen-trust", "mere-foundation")
_RARE: Final = (
    "Ottoline", "Zephyrine", "Peregrina", "Isaura", "Leocadia", "Thessaly", "Evadne", "Hyacinth", "Sunniva", "Marcelline",
    "Quenby", "Rosamel", "Averil", "Damaris", "Eluned", "Ismenia", "Jessamy", "Keziah", "Lavender", "Mirabel",
)  # fmt: skip
_USUAL: Final = (
    "John", "Sarah", "David", "Susan", "Paul", "Karen", "Mark", "Julie", "Andrew", "Helen", "Ian", "Emma", "Peter", "Claire",
    "James", "Rachel", "Imran", "Aisha", "Gurpreet", "Tomasz", "Chloe", "Kwame", "Mei", "Olusegun",
)  # fmt: skip
_STARTS: Final = (
    "Ock",
    "Thrup",
    "Wend",
    "Garro",
    "Mussel",
    "Pend",
    "Skir",
    "Trel",
    "Ul",
    "Vox",
    "Yarr",
    "Zeal",
    "Harb",
    "Kest",
)
_ENDS: Final = (
    "anger",
    "combe",
    "dlow",
    "fyne",
    "grave",
    "hythe",
    "lake",
    "mere",
    "nidge",
    "quist",
    "riven",
    "sworth",
    "tarn",
    "wick",
)
_HEAD: Final = (
    "id", "title", "forename_1", "forename_2", "surname", "organisation", "role", "start_date", "end_date",
)  # fmt: skip


@dataclass
class Borough:
    """Rows of appointments; who: id of a row → the person who truly holds it."""

    chance: random.Random
    rows: list[dict[str, str]] = field(default_factory=list)
    who: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def surname(self) -> str:
        """Return a surname that nobody has."""
        while True:
            made = (
                self.chance.choice(_STARTS)
                + self.chance.choice(("", "a", "er", "in", "o"))
                + self.chance.choice(_ENDS)
            )
            if made not in self.used:
                self.used.add(made)
                return made

    def seat(self, person: str, name: str, where: str, role: str = "board-member") -> str:
        """Add an appointment. name: title, first, further and last names parted by `|`."""
        title, first, further, last = name.split("|")
        key = f"w-{len(self.rows):04}"
        start = f"20{self.chance.randint(12, 19)}-0{self.chance.randint(1, 9)}-01"
        values = (key, title, first, further, last, where, role, start, "")
        self.rows.append(dict(zip(_HEAD, values, strict=True)))
        self.who[key] = person
        return key

    def school(self) -> str:
        return f"urn:{self.chance.choice(SCHOOLS)}"


def make(seed: int) -> Borough:
    """Return the rows of a borough."""
    made = Borough(random.Random(seed))  # noqa: S311 - repeatable rows, no secret
    _boards(made)
    _rare_pairs(made)
    _families(made)
    _marriages(made)
    _twins(made)
    return made


def _boards(made: Borough) -> None:
    """Boards of 5 to 14 people; one in six sits on another board of the trust, most with the same name in both rows."""
    chance = made.chance
    for school in SCHOOLS:
        for seat in range(chance.randint(5, 14)):
            person, last = f"board-{school}-{seat}", made.surname()
            first, further = chance.choice(_USUAL), chance.choice(("", "", chance.choice(_USUAL)))
            made.seat(
                person,
                f"{chance.choice(('Mr', 'Mrs', 'Dr', ''))}|{first}|{further}|{last}",
                f"urn:{school}",
                "Governor",
            )
            if chance.random() < 1 / 6:
                written = chance.choice(
                    (last, last, last.upper(), f"{last} OBE", f"{last[:3]}{last[4]}{last[3]}{last[5:]}")
                )
                trust = f"uid:{TRUSTS[school % len(TRUSTS)]}"
                made.seat(
                    person,
                    f"|{chance.choice((first, first[0]))}|{further}|{written}",
                    trust,
                    chance.choice(("Trustee", "Member")),
                )


def _rare_pairs(made: Borough) -> None:
    """Two or three women with the same two rare forenames and unlike surnames: funder, trust, school."""
    for number in range(45):
        first, further = made.chance.sample(_RARE, 2)
        places = (
            (made.chance.choice(FUNDERS), "board-member"),
            (f"uid:{made.chance.choice(TRUSTS)}", "Member"),
            (made.school(), "employee"),
        )
        for seat, (where, role) in enumerate(made.chance.sample(places, made.chance.choice((2, 2, 3)))):
            title = ("Mrs", "Ms", "")[seat]
            made.seat(f"rare-{number}-{seat}", f"{title}|{first}|{further}|{made.surname()}", where, role)


def _families(made: Borough) -> None:
    """Father and son of one initial in one trust, and a third row with the initial only."""
    sons = (
        ("John", "James"),
        ("Peter", "Paul"),
        ("Mark", "Matthew"),
        ("Robert", "Roberta"),
        ("David", "Daniel"),
    )
    for number in range(10):
        last, trust = made.surname(), f"uid:{made.chance.choice(TRUSTS)}"
        father, son = sons[number % len(sons)]
        made.seat(f"father-{number}", f"|{father}||{last}", trust, "Trustee")
        made.seat(f"son-{number}", f"|{son}||{last}", trust, "employee")
        made.seat(f"father-{number}", f"Mr|{father[0]}||{last}", trust, "Member")
        made.seat(f"elder-{number}", f"|{father}||{last} Snr", made.school(), "Governor")
        made.seat(f"wife-{number}", f"Mrs|{father[0]}||{last}", trust, "employee")


def _marriages(made: Borough) -> None:
    """A surname that changes over a double one, in one school; two sisters-in-law who are two people."""
    for number in range(12):
        first, further = made.chance.choice(_RARE), made.chance.choice(_RARE)
        one, other, school = made.surname(), made.surname(), made.school()
        made.seat(f"bride-{number}", f"Miss|{first}|{further}|{one}", school, "Governor")
        made.seat(f"bride-{number}", f"Mrs|{first}|{further}|{one}-{other}", school, "Governor")
        made.seat(f"in-law-{number}", f"Mrs|{first}|{further}|{other}", school, "employee")


def _twins(made: Borough) -> None:
    """Two of one surname whose forenames differ by a letter, in one school and at the funder of it."""
    pairs = (
        ("Julia", "Julian"),
        ("Frances", "Francis"),
        ("Antonia", "Antonio"),
        ("Denis", "Denise"),
        ("Roberta", "Robert"),
    )
    for number in range(10):
        last = made.surname()
        one, other = pairs[number % len(pairs)]
        made.seat(f"twin-{number}-a", f"|{one}|Rosamel|{last}", made.chance.choice(FUNDERS), "board-member")
        made.seat(f"twin-{number}-b", f"|{other}|Rosamel|{last}", made.school(), "Governor")


def write(made: Borough, folder: Path) -> Path:
    """Write the files of a borough: schools, trusts, funders, awards to every school and trust, appointments."""
    folder.mkdir(parents=True, exist_ok=True)
    schools = [
        {
            "URN": str(urn), "EstablishmentName": f"Wenbury {urn % 1000} Primary School", "EstablishmentStatus (code)": "1",
            "TypeOfEstablishment (code)": "33", "PhaseOfEducation (code)": "2", "LA (code)": "204", "OpenDate": "01-09-2011",
            "CloseDate": "", "Easting": str(410_000 + 900 * (urn % 6)), "Northing": str(310_000 + 900 * (urn % 7)),
        }
        for urn in SCHOOLS
    ]  # fmt: skip
    trusts = [
        {
            "Group UID": str(uid), "Group Name": f"Wenbury Learning Trust {uid}", "Group Type (code)": "6",
            "Group Status (code)": "OPEN", "Companies House Number": f"0{uid}001", "Open date": "01-09-2011", "Closed Date": "",
        }
        for uid in TRUSTS
    ]  # fmt: skip
    links = [
        {
            "URN": str(urn), "Group UID": str(TRUSTS[urn % len(TRUSTS)]), "Group Name": "Wenbury Learning Trust",
            "Group Type": "Multi-academy trust", "Closed Date": "", "Joined date": "01-09-2011", "EstablishmentName": "",
        }
        for urn in SCHOOLS
    ]  # fmt: skip
    given = [*(f"GB-EDU-{urn}" for urn in SCHOOLS), *(f"GB-COH-0{uid}001" for uid in TRUSTS)]
    awards = [
        {
            "Identifier": f"award-{number}", "Currency": "GBP", "Amount Awarded": "10000", "Award Date": "2020-01-01",
            "Planned Dates:Start Date": "2020-01-01", "Planned Dates:End Date": "2026-12-31",
            "Recipient Org:Identifier": body, "Funding Org:Identifier": funder,
        }
        for number, (body, funder) in enumerate((body, funder) for body in given for funder in FUNDERS)
    ]  # fmt: skip
    funders = [
        {"id": funder, "name": funder.replace("-", " ").title(), "kind": "charity"} for funder in FUNDERS
    ]
    tables = {
        "edubasealldata20260130": schools, "allgroupsdata20260130": trusts, "alllinksdata20260130": links,
        "organisations": funders, "awards": awards, "appointments": made.rows,
    }  # fmt: skip
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as target:
            writer = csv.DictWriter(target, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder
