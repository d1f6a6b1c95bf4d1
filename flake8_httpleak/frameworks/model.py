"""The words of a framework table: which functions it calls, and how often, as data."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]


class Calls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to tell the functions that a framework calls.

    decorators: full names (`celery.shared_task`), or `*.get` for any decorator of that last word that is an attribute.
    bases: by base class, names of the methods that it calls; `*` for all public ones.
    parameters: a function with a parameter annotated so is one.
    registrars: functions (`aiohttp.web.get`) or methods (`*.add_get`) that are given one, with its place among the arguments.
    keywords: any call that is given one by this keyword, such as `lifespan=`.
    names: a module-level function of this name is one, if it takes as many parameters as the table says (0: any number).
    """

    decorators: tuple[str, ...] = ()
    bases: dict[str, tuple[str, ...]] = {}
    parameters: tuple[str, ...] = ()
    registrars: dict[str, Count] = {}
    keywords: tuple[str, ...] = ()
    names: dict[str, Count] = {}


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One framework, or the words that belong to none.

    roots: import names; nothing of the table counts in a file that imports none of them. Empty: always.
    handlers: called for every request, message, event or task. hot: called again and again for another reason.
    once: called at start-up, at the end, from the command line, or by tests. lends: generators whose value is lent for one call.
    current: names that mean something else in each call (`flask.request`), and what makes such names (`contextvars.ContextVar`).
    singles: base classes of which the framework makes one object for each class, which lives as long as the process.
    rare: words in the names of functions and classes that deal with rare events. starters: methods that open what others use.
    stand_ins: what answers in the place of the network where it is used, with the client tables whose requests it answers.
    """

    name: str
    schema: Literal[1] = 1
    roots: tuple[str, ...] = ()
    documentation: str = ""
    handlers: Calls = Calls()
    hot: Calls = Calls()
    once: Calls = Calls()
    lends: Calls = Calls()
    current: tuple[str, ...] = ()
    singles: tuple[str, ...] = ()
    rare: tuple[str, ...] = ()
    starters: tuple[str, ...] = ()
    stand_ins: dict[str, tuple[str, ...]] = {}
