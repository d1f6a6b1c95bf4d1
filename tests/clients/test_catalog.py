"""Look-ups: the right kind for a name, tables of other libraries untouched, cheap loading."""

from __future__ import annotations

import pytest

from flake8_httpleak.clients import catalog
from flake8_httpleak.clients.catalog import Catalog, known_roots, load_catalog
from flake8_httpleak.clients.paths import names
from flake8_httpleak.clients.problems import TableError
from flake8_httpleak.clients.store import OURS, Store, check_source, heads, read_source
from flake8_httpleak.clients.verify import check_library
from tests.conftest import alone


def load(*roots: str) -> Catalog:
    """The catalog for these imports."""
    return load_catalog(frozenset(roots))


@pytest.mark.parametrize("name", sorted(heads()))
def test_our_tables_are_sound(name: str) -> None:
    """Keys, references and spellings of every table of ours; `roots` where `heads` looks for it."""
    table = check_source(read_source(OURS / f"{name}.toml", lab=True))
    check_library(Store(lab=True), name)
    assert table.name == name
    assert heads()[name] == table.roots
    assert table.measured
    assert table.verified or table.unverified_because
    assert all(kind.source for kind in Store().library(name).kinds.values() if kind.base == "" or kind.role != "inert")


@pytest.mark.parametrize(
    ("dotted", "key"),
    [
        ("requests.sessions.Session", "requests.Session"),
        ("requests.session", "requests.Session"),
        ("httpx2.AsyncClient", "httpx2.AsyncClient"),
        ("urllib.request.build_opener", "urllib_request.Opener"),
        ("six.moves.http_client.HTTPConnection", "six_http.Connection"),
        ("requests_futures.sessions.FuturesSession", "requests_futures.Session"),
    ],
)
def test_constructor(dotted: str, key: str) -> None:
    """All public spellings lead to the kind."""
    kind = load(dotted.rpartition(".")[0]).constructor(dotted)
    assert kind is not None
    assert kind.key == key
    assert kind.library == key.partition(".")[0]


def test_only_imported_libraries_are_parsed() -> None:
    """A catalog knows what was imported, and nothing else."""
    found = load("httpx")
    assert found.constructor("httpx.Client") is not None
    assert found.constructor("requests.Session") is None


def test_kinds_are_shared() -> None:
    """The same kind is the same object, whatever the set of imports."""
    assert load("requests").kind("requests.Session") is load("requests", "httpx").kind("requests.Session")


def test_function_and_method_give_full_keys() -> None:
    """References come out as full keys."""
    found = load("requests")
    get = found.function("requests.get")
    assert get is not None
    assert (get.kind, get.otherwise, dict(get.when)) == ("requests.Response", "requests.Plain", {"stream": True})
    method = found.method("requests.Session", "get")
    assert method is not None
    assert method.kind == "requests.Response"
    assert found.method("requests.Session", "mount") is None


def test_paths_with_stars() -> None:
    """`*.create` matches any path before it, longer patterns win."""
    found = load("openai")
    create = found.method("openai.Client", "chat.completions.create")
    assert create is not None
    assert create.kind == "openai.Stream"
    streamed = found.method("openai.Client", "chat.completions.with_streaming_response.create")
    assert streamed is not None
    assert (streamed.kind, streamed.delivery) == ("openai.StreamedResponse", "context")
    raw = found.method("openai.Client", "chat.completions.with_raw_response.create")
    assert raw is not None
    assert raw.kind == ""
    assert found.method("openai.Client", "create") is None


def test_names_that_stand_for_many() -> None:
    """A set of names is asked in one way, whether it writes a name out or says which names it means."""
    harmless = load("boto3").kind("boto3.Resource").harmless
    calm = ["Bucket", "Table", "instances.all", "Table.query.limit"]
    assert [path for path in (*calm, "create_table", "all", "meta.client.close") if names(harmless, path)] == calm
    assert not names(frozenset(), "close")


def test_base_in_another_table() -> None:
    """A subclass inherits, its own entries come first."""
    found = load("requests_futures")
    kind = found.kind("requests_futures.Session")
    assert (kind.release, kind.context) == (("close",), "sync")
    get = found.method(kind.key, "get")
    assert get is not None
    assert get.kind == ""


def test_extends_moves_names() -> None:
    """httpx2 is httpx under another root, with its own facts on top."""
    found = load("httpx2")
    client = found.constructor("httpx2.Client")
    assert client is not None
    assert (client.reclaim, found.kind("httpx.Client").reclaim) == ("reference", "collector")
    sent = found.method("httpx2.Client", "send")
    assert sent is not None
    assert sent.kind == "httpx2.Response"
    assert found.function("httpx2.stream") is not None


def test_annotation_effect_timeout() -> None:
    """The other look-ups."""
    found = load("requests", "httpx")
    response = found.annotation("requests.Response")
    assert response is not None
    assert response.truth == "lies"
    assert found.constructor("requests.Response") is None
    assert [found.effect(name) for name in ("print", "logging.info", "json.load", "os.getcwd")] == [
        "borrows",
        "borrows",
        "reads",
        None,
    ]
    wait = found.timeout("requests.get")
    assert wait is not None
    assert (wait.default, wait.tuples) == ("none", True)
    own = found.method_timeout("httpx.Client", "")
    assert own is not None
    assert own.default == "bounded"
    get = found.method_timeout("httpx.Client", "get")
    assert get is not None
    assert get.default == "client"


def test_unknown_kind() -> None:
    """A key that no table has is an error."""
    with pytest.raises(TableError, match=r"no kind 'requests\.Sesion'"):
        load("requests").kind("requests.Sesion")
    with pytest.raises(TableError, match=r"no kind 'nowhere\.X'"):
        load("requests").kind("nowhere.X")


def test_known_roots() -> None:
    """The gate's list."""
    assert {"requests", "urllib.request", "google.cloud.storage"} <= known_roots()


def test_roots_match_above_and_below() -> None:
    """`import urllib` may reach urllib.request; `urllib.parse` cannot."""
    assert load("urllib").function("urllib.request.urlopen") is not None
    assert load("urllib.parse").function("urllib.request.urlopen") is None


CHEAP = """
import time
from flake8_httpleak.clients.catalog import Catalog, load_catalog
from flake8_httpleak.clients.store import Store
from tests.slowness import slowness
load_catalog(frozenset({"httpx", "urllib3"}))
best = 1.0
slow = slowness(time.process_time)
for _ in range(40):
    store = Store()
    start = time.process_time()
    Catalog(store, frozenset({"requests", "urllib3"}))
    best = min(best, time.process_time() - start)
print(best / max(slow, slowness(time.process_time)), *sorted(store._raw))
"""


@pytest.mark.alone
def test_loading_is_cheap() -> None:
    """Two libraries in under 5 ms of a quiet machine, once warm; nothing but the first lines is read of the others."""
    best, *read = alone(CHEAP).split()
    assert float(best) < 0.005
    assert read == ["http_client", "requests", "standard", "urllib3"]


def test_package_import_is_free() -> None:
    """Importing the package `clients` brings neither msgspec nor tomllib."""
    assert alone("import sys, flake8_httpleak.clients; print({'msgspec', 'tomllib'} & set(sys.modules))").strip() == "set()"


def test_names() -> None:
    """What the module offers."""
    assert {"Catalog", "ResourceKind", "TableError", "load_catalog", "load_user_tables"} <= set(catalog.__all__)
