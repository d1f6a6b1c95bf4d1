"""Clients that may use a part which somebody else made: a transport, a pool, a client below them. Closing them closes it."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.fixes.site import Site
from flake8_httpleak.ownership.arguments import holds
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.values import NOBODY, Const, Instance, Items, Value


def may_close_foreign(site: Site) -> bool:
    """Whether closing the resource may close something that others go on with."""
    if site.acquisition is None or site.kind is None or not site.kind.takes:
        return False
    return any(_takes_foreign(one, site.kind) for one in _makers(site, site.acquisition, set()))


def _makers(site: Site, acquisition: Acquisition, seen: set[int]) -> Iterator[Acquisition]:
    """The calls of the constructor behind a call: itself, or those in the functions of the file that it goes through."""
    if acquisition.helper is None:
        yield acquisition
    elif id(acquisition.helper) not in seen:
        seen.add(id(acquisition.helper))
        for one in site.facts.analysis.acquisitions:
            if one.function is acquisition.helper and one.kind.key == acquisition.kind.key:
                yield from _makers(site, one, seen)


def _takes_foreign(acquisition: Acquisition, kind: ResourceKind) -> bool:
    """Whether a constructor gets a part that was not made for it, or arguments that differ from one call to the next."""
    given = acquisition.arguments
    if given is None or given.open or any(one.star for one in acquisition.args):
        return True
    if kind.takes_unless and all(holds(given.get(name, kind.parameters), value) for name, value in kind.takes_unless.items()):
        return False
    taken = (given.get(name, kind.parameters) for name in kind.takes)
    return not all(one is None or _is_own(one) for one in taken)


def _is_own(value: Value) -> bool:
    """Whether a part was made right there, is none, or holds nothing that could be closed."""
    match value:
        case Const():
            return True
        case Instance():
            return value.site != NOBODY or value.kind.role == "inert"
        case Items():
            return value.exact and all(map(_is_own, value.values))
    return False
