"""From findings to fixes: candidates are tried in their order, and only those that a new analysis agrees with are offered."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from flake8_httpleak.analyze import Examined, examine
from flake8_httpleak.diagnostics import Diagnostic, Fix
from flake8_httpleak.fixes.arguments import block_pool, bound_pool, drop_header, expire_idle, keep_transport, set_timeout
from flake8_httpleak.fixes.awaiting import await_call, enter, right_block, right_method
from flake8_httpleak.fixes.candidate import Candidate
from flake8_httpleak.fixes.difference import edits_between
from flake8_httpleak.fixes.fields import close_before_replacing, close_in_closer, write_closer
from flake8_httpleak.fixes.foreign import may_close_foreign
from flake8_httpleak.fixes.guards import test_for_none
from flake8_httpleak.fixes.handing import close_before_leaving, close_on_error
from flake8_httpleak.fixes.sharing import hoist, share_session
from flake8_httpleak.fixes.site import Site
from flake8_httpleak.fixes.text import Text
from flake8_httpleak.fixes.unnamed import close_at_once, wrap_statement
from flake8_httpleak.fixes.wrap import wrap
from flake8_httpleak.options import Options
from flake8_httpleak.rules.base import Finding
from flake8_httpleak.source.trees import TREES

Proposer = Callable[[Site], Iterator[Candidate]]
Key = tuple[str, str, str]

STEPS = 3
"""A cure may need several steps: first `await`, then `with`. So many are tried."""

RELEASE: tuple[Proposer, ...] = (wrap, close_at_once, wrap_statement, close_on_error, close_before_leaving)
PROPOSERS: dict[str, tuple[Proposer, ...]] = {
    "HTL101": RELEASE,
    "HTL102": RELEASE,
    "HTL103": RELEASE,
    "HTL104": (enter, await_call),
    "HTL105": (test_for_none, *RELEASE),
    "HTL201": RELEASE,
    "HTL202": RELEASE,
    "HTL203": RELEASE,
    "HTL204": (close_in_closer, write_closer),
    "HTL205": (close_before_replacing,),
    "HTL206": (keep_transport,),
    "HTL301": (hoist,),
    "HTL304": (share_session, hoist),
    "HTL401": (bound_pool,),
    "HTL402": (block_pool,),
    "HTL403": (expire_idle,),
    "HTL501": RELEASE,
    "HTL502": (drop_header,),
    "HTL601": (set_timeout,),
    "HTL602": (set_timeout,),
    "HTL701": (await_call,),
    "HTL702": (right_method, right_block),
}
"""Who may have a fix for a code, the best one first. What is not here is a matter of design, and the finding says it in words."""


def fixes_for(
    source: str, filename: str, options: Options, diagnostics: Sequence[Diagnostic], /
) -> Mapping[Diagnostic, tuple[Fix, ...]]:
    """The fixes of findings that `analyze` gave for a text, at most one safe and one unsafe each.

    source: the text with newline characters as line ends, which the positions of the edits count. Findings without a fix
    are left out. Raises SyntaxError if the text is no Python.
    """
    tree = ast.parse(source, filename)
    before = _examine(source, filename, options, tree)
    found = {diagnostic: finding for finding, diagnostic in before.found}
    bench = _Bench(source, filename, options, before, Text(source, tree))
    return {one: fixes for one in diagnostics if one in found and (fixes := tuple(bench.fixes(found[one], one)))}


def _examine(source: str, filename: str, options: Options, tree: ast.Module) -> Examined:
    """The findings of one version of the file; most of it is as it was in the version before."""
    with TREES.keeping():
        return examine(source, filename, options, tree)


class _Bench:
    """One version of a file, and what is tried with it."""

    def __init__(self, source: str, filename: str, options: Options, before: Examined, text: Text) -> None:
        self.source = source
        self.filename = filename
        self.options = options
        self.before = before
        self.text = text
        self.counted = Counter(map(self._key, before.diagnostics))

    def _key(self, one: Diagnostic) -> Key:
        """What a finding is about, in words that survive other edits of the file."""
        call = self.text.call_at(one.span)
        return one.code, one.scope, ast.unparse(call.func) if call is not None else ""

    def fixes(self, finding: Finding, diagnostic: Diagnostic) -> Iterator[Fix]:
        """The first safe and the first unsafe candidate that mend a finding."""
        offered: set[bool] = set()
        for candidate in self._candidates(finding, diagnostic):
            if candidate.safe in offered or (not candidate.safe and True in offered):
                continue
            cured = self._cure(candidate, diagnostic, STEPS)
            if cured is not None and cured.safe not in offered:
                offered.add(cured.safe)
                yield Fix(cured.title, cured.safe, edits_between(self.source, cured.text))
            if True in offered:
                return

    def _candidates(self, finding: Finding, diagnostic: Diagnostic) -> Iterator[Candidate]:
        site = Site(self.text, self.before, finding, diagnostic, self.options)
        doubtful = may_close_foreign(site) or (site.kind is not None and bool(site.kind.release_since))
        for propose in PROPOSERS.get(diagnostic.code, ()):
            if propose not in RELEASE or site.gives_resource:
                yield from (replace(one, safe=False) for one in propose(site)) if doubtful else propose(site)

    def _cure(self, candidate: Candidate, diagnostic: Diagnostic, steps: int) -> Candidate | None:
        """A candidate that mends the finding, perhaps with further steps; None if it does not, or harms something else."""
        try:
            tree = ast.parse(candidate.text, self.filename)
        except (SyntaxError, ValueError, RecursionError):
            return None
        after = _examine(candidate.text, self.filename, self.options, tree)
        bench = _Bench(candidate.text, self.filename, self.options, after, Text(candidate.text, tree))
        key = self._key(diagnostic)
        if bench.counted[key] >= self.counted[key] or _late(after) > _late(self.before):
            return None
        new = bench.counted - self.counted
        rest = [one for one in new if one[0][:4] != "HTL3" or one[2] != key[2]]
        if not rest:
            return candidate
        if steps > 1 and len(rest) == 1 and rest[0][1] == key[1] and new[rest[0]] == 1:
            return bench._further(candidate, rest[0], steps - 1)
        return None

    def _further(self, candidate: Candidate, key: Key, steps: int) -> Candidate | None:
        """The same candidate with one more step, which mends what is left of the finding."""
        for finding, diagnostic in self.before.found:
            if self._key(diagnostic) != key:
                continue
            for step in self._candidates(finding, diagnostic):
                cured = self._cure(step, diagnostic, steps)
                if cured is not None:
                    title = f"{candidate.title} and {cured.title[0].lower()}{cured.title[1:]}"
                    again = cured.title.startswith(candidate.title)
                    return Candidate(cured.title if again else title, cured.text, candidate.safe and cured.safe)
        return None


def _late(examined: Examined) -> int:
    """How many uses of closed resources there are."""
    return sum(len(fate.run.late) for fate in examined.facts.fates) if examined.facts is not None else 0
