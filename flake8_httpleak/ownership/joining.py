"""One value for two: what a name stands for where paths meet."""

from __future__ import annotations

from flake8_httpleak.ownership.values import (
    NOBODY,
    SEVERAL,
    TRACKED,
    UNKNOWN,
    Instance,
    Items,
    Object,
    Value,
    choice,
    options,
    reaches,
)


def join(one: Value, other: Value, tracked: int = TRACKED) -> Value:
    """One value for two that meet where paths meet. A way to the tracked resource is kept: aliases are united."""
    if one == other:
        return one
    first, second = reaches(one, tracked), reaches(other, tracked)
    if first != second:
        return one if first else other
    if isinstance(one, Instance) and isinstance(other, Instance) and one.kind is other.kind:
        shared = tuple(pair for pair in one.attrs if pair in other.attrs)
        return Instance(one.kind, _joined_site(one.site, other.site), shared)
    if isinstance(one, Items) and isinstance(other, Items) and one.form == other.form:
        return _join_items(one, other)
    if isinstance(one, Object) and isinstance(other, Object) and one.info is other.info:
        names = dict(one.fields).keys() & dict(other.fields).keys()
        fields = tuple((name, join(one.field(name), other.field(name))) for name in sorted(names))  # type: ignore[arg-type]
        return Object(one.info, _joined_site(one.site, other.site), fields)
    return choice((one, other))


def _joined_site(one: int, other: int) -> int:
    made_here = all(site > NOBODY or site == SEVERAL for site in (one, other))
    return one if one == other else SEVERAL if made_here else NOBODY


def _join_items(one: Items, other: Items) -> Items:
    many = one.many or other.many
    if one.keys == other.keys and len(one.values) == len(other.values):
        values = tuple(join(a, b) for a, b in zip(one.values, other.values, strict=True))
        return Items(one.form, values, one.keys, one.exact and other.exact, many)
    merged = choice((*one.values, *other.values)) if one.values or other.values else UNKNOWN
    return Items(one.form, options(merged), None, exact=False, many=many)
