"""One run: from options to files, each step with a stream of chance of its own, so that equal options give equal bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from hubgraph.errors import InputError
from hubgraph.synth.background import lay_out, spend
from hubgraph.synth.filling import Filling, read_moves
from hubgraph.synth.governance import (
    FILES,
    governance_file,
    late_rows,
    number_seats,
    write_organisations,
)
from hubgraph.synth.ground import Ground
from hubgraph.synth.groups import make_groups
from hubgraph.synth.heads import seat_heads
from hubgraph.synth.hubs import make_hubs
from hubgraph.synth.model import (
    AS_OF,
    MAX_SCHOOLS,
    MIN_SCHOOLS,
    Ints,
    SynthOptions,
    SynthSummary,
    World,
    day_of,
)
from hubgraph.synth.over import read_world
from hubgraph.synth.parts import Parts, read_parts
from hubgraph.synth.people import People, homes, make_people, organisation_names, surname_pool
from hubgraph.synth.places import make_places
from hubgraph.synth.planting import plant
from hubgraph.synth.registers import (
    Registers,
    deprivation,
    describe,
    establishments,
    group_links,
    group_register,
    school_links,
    schools_of,
)
from hubgraph.synth.schools import make_schools
from hubgraph.synth.slots import (
    NOBODY,
    ORGANISATION,
    Seats,
    make_bodies,
    make_seats,
    read_roles,
    share_seats,
    with_held,
)
from hubgraph.synth.tables import texts, write_official, write_template
from hubgraph.synth.templates import (
    appointment_rows,
    finished,
    known,
    name_suppliers,
    seat_keys,
    source_rows,
)
from hubgraph.synth.truth import people_of, write_truth
from hubgraph.synth.writing_names import Names, write_names

_STEPS: Final = (
    "places", "schools", "groups", "details", "hubs", "seats", "ground", "heads", "filling", "people", "names", "governance",
    "shared", "links", "numbers",
)  # fmt: skip
_TEMPLATES: Final = (
    "organisations", "programmes", "hubs", "participations", "awards", "transactions", "declarations", "mitigations", "evaluations",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Run:
    """What every step needs."""

    options: SynthOptions
    out: Path
    parts: Parts

    def rng(self, step: str) -> np.random.Generator:
        """Return the stream of chance of a step."""
        return np.random.default_rng([self.options.seed, self.options.schools, _STEPS.index(step)])


@dataclass(frozen=True, slots=True)
class _Populated:
    """Bodies with every seat held: the ground it grew on, and the heads of schools."""

    ground: Ground
    seats: Seats
    heads: Ints
    people: int


def synthesise(out: Path, options: SynthOptions) -> SynthSummary:
    """Write a fictional England into a new or empty folder; raise InputError where that cannot be."""
    _check(out, options)
    read_moves(options.moves)
    parts = read_parts()
    if options.over is not None:
        world, registers = read_world(options.over), None
        options = replace(options, schools=len(world.schools.urn))
        run = _Run(options, out, parts)
    else:
        run = _Run(options, out, parts)
        world, registers = _make_world(run)
    out.mkdir(parents=True, exist_ok=True)
    populated = _populate(run, world)
    return _write(run, world, registers, populated)


def _check(out: Path, options: SynthOptions) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            f"{out} exists and is not an empty folder; name a new one, so that nothing is overwritten."
        )
    if options.over is None and not MIN_SCHOOLS <= options.schools <= MAX_SCHOOLS:
        raise InputError(
            f"{options.schools:,} schools cannot be made; ask for {MIN_SCHOOLS:,} to {MAX_SCHOOLS:,}, so that there are trusts and hubs for every pattern and numbers that no register has issued."
        )
    if options.seed < 0:
        raise InputError(f"The seed {options.seed} is negative; give a whole number from 0 up.")


def _make_world(run: _Run) -> tuple[World, Registers]:
    today = day_of(AS_OF)
    places = make_places(run.options.schools, run.parts, run.rng("places"))
    made = make_schools(run.options.schools, places, today, run.parts, run.rng("schools"))
    groups = make_groups(made, places, run.parts, run.rng("groups"))
    registers = describe(made, places, today, run.rng("details"))
    return World(schools_of(made, places, groups), groups, made.mergers(), AS_OF), registers


def _populate(run: _Run, world: World) -> _Populated:
    """Plant overlaps, seat heads, then fill every other seat."""
    parts, roles = run.parts, read_roles()
    hubs = make_hubs(world, run.rng("hubs"))
    bodies = make_bodies(world, hubs)
    seats = make_seats(bodies, world.today, run.rng("seats"))
    seats, shared = share_seats(seats, bodies, roles, parts, run.rng("shared"))
    for person, rows in enumerate(shared):
        seats.holder[rows] = person
    ground = Ground(world, hubs, bodies, seats, roles, run.rng("ground"), len(shared))
    lay_out(ground)
    plant(ground, run.options.schools)
    spend(ground)
    seats = with_held(seats, ground.added, world.today)
    heads = seat_heads(seats, bodies, roles, world, ground.people, parts, run.rng("heads"))
    rng = run.rng("filling")
    members = np.flatnonzero((roles.code[seats.role] == "5") & (seats.holder == NOBODY))
    seats.holder[members[parts.happens("members that are organisations", rng, len(members))]] = ORGANISATION
    people = max(ground.people, int(heads.max()) + 1, int(seats.holder.max()) + 1)
    people = Filling(seats, bodies, roles, read_moves(run.options.moves), rng).fill(people)
    return _Populated(ground, seats, heads, people)


def _people(run: _Run, populated: _Populated) -> People:
    ground, seats, count = populated.ground, populated.seats, populated.people
    home = homes(seats.holder, seats.body, count)
    local = np.where(home >= 0, ground.bodies.local[home], False)  # noqa: FBT003 - a column of flags
    plain = np.zeros(count, dtype=np.bool_)
    plain[sorted(ground.plain)] = True
    rng = run.rng("people")
    return make_people(local, plain, ground.alike, surname_pool(run.parts, rng), run.parts, rng)


def _names(run: _Run, populated: _Populated, people: People) -> tuple[Names, Names]:
    """Return the names as written of seats followed by planted appointments, and of the heads of schools."""
    ground, seats = populated.ground, populated.seats
    rng = run.rng("names")
    further = np.array([entry.person for entry in ground.appointments], dtype=np.int64)
    holder = np.concatenate([seats.holder, further])
    late = np.concatenate([late_rows(seats, ground.world.today), np.ones(len(further), dtype=np.bool_)])
    names = write_names(people, holder, late, run.parts, rng)
    corporate = np.flatnonzero(seats.holder == ORGANISATION)
    made = organisation_names(len(corporate), run.parts, rng)
    write_organisations(names, corporate, made, rng)
    heads = write_names(
        people, populated.heads, np.ones(len(populated.heads), dtype=np.bool_), run.parts, rng
    )
    for field in heads.values():
        field[populated.heads < 0] = ""
    return names, heads


def _write(run: _Run, world: World, registers: Registers | None, populated: _Populated) -> SynthSummary:
    ground, seats = populated.ground, populated.seats
    people = _people(run, populated)
    names, heads = _names(run, populated, people)
    written = number_seats(seats, ground.bodies, ground.roles, run.parts, run.rng("numbers"))
    keys = seat_keys(written.gid)
    rows: list[tuple[str, int]] = []
    day = world.as_of.strftime("%Y%m%d")
    if registers is not None:
        rows += _write_registers(run, world, registers, heads, day)
    plain = np.where(seats.holder >= 0, people.plain[seats.holder], False)  # noqa: FBT003 - a column of flags
    rng = run.rng("governance")
    for which in FILES:
        table = governance_file(
            which, seats, written, names, plain, world.schools, world.groups, run.parts, rng
        )
        rows.append((f"{which}{day}.csv", write_official(run.out / f"{which}{day}.csv", table, quoted=True)))
    rows += _write_templates(run, populated, keys, names, [name for name, _ in rows])
    further = [(entry.key, entry.person) for entry in ground.appointments]
    if registers is not None:
        further += [
            (f"urn-{urn}-head", int(head))
            for urn, head in zip(world.schools.urn, populated.heads, strict=True)
        ]
    held = people_of([*zip(keys, seats.holder.tolist(), strict=True), *further])
    corporate = sorted(keys[row] for row in np.flatnonzero(seats.holder == ORGANISATION).tolist())
    write_truth(
        run.out / "truth.json", run.options, ground, keys, held, {"organisations_as_members": corporate}
    )
    near = sum(1 for entry in ground.planted if entry.why)
    return SynthSummary(
        run.out,
        tuple(rows),
        len(held),
        sum(map(len, held.values())),
        len(ground.planted) - near,
        near,
        tuple(ground.unplanted.items()),
    )


def _write_registers(
    run: _Run, world: World, registers: Registers, heads: Names, day: str
) -> list[tuple[str, int]]:
    parts, rng, today = run.parts, run.rng("links"), world.today
    columns = {
        "HeadTitle (name)": heads["title"],
        "HeadFirstName": heads["forename_1"],
        "HeadLastName": heads["surname"],
    }
    named = {name: texts(column) for name, column in columns.items()}
    tables = {
        f"edubasealldata{day}.csv": establishments(registers, named, world.groups, world.schools, parts),
        f"allgroupsdata{day}.csv": group_register(registers, world.groups, today, parts, rng),
        f"alllinksdata{day}.csv": group_links(registers, world.groups, parts),
        f"links_edubasealldata{day}.csv": school_links(registers.made, parts, rng),
        "idaci2019_fictional.csv": deprivation(registers, parts, rng),
    }
    quoted = f"links_edubasealldata{day}.csv"
    return [
        (name, write_official(run.out / name, table, quoted=name == quoted)) for name, table in tables.items()
    ]


def _write_templates(
    run: _Run, populated: _Populated, keys: list[str], names: Names, official: Sequence[str]
) -> list[tuple[str, int]]:
    ground = populated.ground
    name_suppliers(ground, run.parts)
    about = known(ground)
    as_of = ground.world.as_of.isoformat()
    files = [f"{table}.csv" for table in ("sources", *_TEMPLATES, "appointments")]
    tables: dict[str, list[dict[str, object]]] = {
        "sources": source_rows(run.options, as_of, [*official, *files], ground.registers),
        **{table: finished(table, ground, keys, about) for table in _TEMPLATES},
        "appointments": appointment_rows(ground, populated.seats, ground.bodies, ground.roles, keys, names),
    }
    return [
        (f"{table}.csv", write_template(run.out / f"{table}.csv", run.parts.layouts[table], found))
        for table, found in tables.items()
    ]
