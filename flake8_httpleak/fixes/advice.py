"""What to do where no edit is right: a few lines in the reader's own names, to be put where only the reader knows."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_httpleak.analyze import examine
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.fixes.entering import entry_of_value, release_call
from flake8_httpleak.fixes.site import Site, target_name
from flake8_httpleak.fixes.text import Text
from flake8_httpleak.options import Options
from flake8_httpleak.rules.cures import hands_out, is_kept
from flake8_httpleak.rules.wording import NOUNS

Advice = Callable[[Site], str]


def advice(source: str, filename: str, options: Options, diagnostic: Diagnostic) -> str:
    """An example for one finding that `analyze` gave for a text: a sentence and some lines; empty if there is nothing to say.

    Raises SyntaxError if the text is no Python.
    """
    examined = examine(source, filename, options)
    for finding, found in examined.found:
        if found == diagnostic:
            site = Site(Text(source), examined, finding, found, options)
            write = _ADVICE.get(found.code)
            return write(site) if write is not None and site.call is not None else ""
    return ""


def _made(site: Site) -> str:
    """The call, in one line."""
    return ast.unparse(site.call) if site.call is not None else ""


def _awaited(site: Site) -> str:
    """The call, and the `await` without which it does not give the thing itself."""
    waits = site.acquisition is not None and site.acquisition.delivery == "await"
    return f"await {_made(site)}" if waits else _made(site)


def _name(site: Site) -> str:
    """What the reader calls it: the name that the call is given, or one after what it is."""
    text, call = site.text, site.call
    statement = text.statement_of(call) if call is not None else None
    if call is not None and statement is not None:
        if name := target_name(statement, call):
            return name
        for item in statement.items if isinstance(statement, ast.With | ast.AsyncWith) else ():
            if item.context_expr is call and isinstance(item.optional_vars, ast.Name):
                return item.optional_vars.id
    return NOUNS.get(site.kind.role if site.kind is not None else "client", "client")


def _where(site: Site) -> str:
    """The function that the call is in."""
    return getattr(site.scope, "name", "the module")


def _field(site: Site) -> str:
    """A field that keeps it, and the method that releases it."""
    name = _name(site)
    waits = site.kind is not None and not release_call(site.kind, may_await=False)
    release = release_call(site.kind, may_await=waits).format(f"self.{name}") if site.kind is not None else f"self.{name}.close()"
    define = "async def aclose" if waits else "def close"
    return f"    self.{name} = {_made(site)}    # in '__init__'\n\n    {define}(self):\n        {release}"


def _handler(site: Site) -> str:
    entry = entry_of_value(site.kind, may_await=True) if site.kind is not None else None
    keyword = entry.keyword if entry is not None and entry.keyword else "with"
    name = _name(site)
    return (
        "make it where the application starts, and let its end close it:\n"
        "    @contextlib.asynccontextmanager\n    async def lifespan(app):\n"
        f"        {keyword} {_made(site)} as app.state.{name}:\n            yield\n\n"
        f"    {name} = request.app.state.{name}    # in '{_where(site)}'"
    )


def _per_call(site: Site) -> str:
    return f"make it once, keep it, and use it in '{_where(site)}':\n{_field(site)}"


def _shared(site: Site) -> str:
    return f"make it once in the module, and use it in '{_where(site)}':\n    {_name(site).upper()} = {_made(site)}"


def _one_loop(site: Site) -> str:
    block = f"async with {_made(site)} as {_name(site)}:"
    return f"make it inside, for one 'asyncio.run':\n    async def main():\n        {block}\n            ..."


def _error(_: Site) -> str:
    return "keep what it says, not the error:\n    failed.append((error.code, error.read().decode(errors='replace')))"


def _response(site: Site) -> str:
    made = _awaited(site)
    return f"keep its data, not the response:\n    data = {f'({made})' if made.startswith('await ') else made}.content"


def _del(site: Site) -> str:
    close = ast.unparse(site.call.func) if site.call is not None else "self.client.aclose"
    return f"offer a method that can be awaited:\n    async def aclose(self):\n        await {close}()"


def _block(site: Site) -> str:
    entry = entry_of_value(site.kind, may_await=site.may_await) if site.kind is not None else None
    if entry is None or not entry.keyword:
        return ""
    name, verdict = _name(site), site.verdict
    if verdict is not None and is_kept(verdict):
        release = release_call(verdict.kind, may_await=site.may_await).format(name)
        if not release:  # only a block closes it, which would do so for whoever gets it
            return ""
        return (
            f"close it where nobody gets it:\n    try:\n        ...\n    except BaseException:\n        {release}\n        raise"
        )
    held = f"contextlib.{entry.wrapper}({_awaited(site)})" if entry.wrapper else _awaited(site)
    block = f"    {entry.keyword} {held} as {name}:\n"
    match hands_out(verdict) if verdict is not None else "":
        case "iterator":
            items = "async for item in ...:\n            yield item" if site.may_await else "yield from ..."
            return f"make '{_where(site)}' a generator, which holds it until its reader is done:\n{block}        {items}"
        case "function":
            return f"hold it where the result of '{_where(site)}' is used, and pass it in:\n{block}        ..."
    return f"hold it for as long as it is used:\n{block}        ..."


_ADVICE: dict[str, Advice] = {
    **dict.fromkeys(("HTL101", "HTL102", "HTL103", "HTL201", "HTL202", "HTL203", "HTL501"), _block),
    "HTL106": _error,
    "HTL107": _response,
    "HTL204": _per_call,
    "HTL302": _handler,
    "HTL303": _per_call,
    "HTL305": _shared,
    "HTL306": _one_loop,
    "HTL703": _del,
}
