"""Facts that a row alone does not show: sharing, thresholds, pools that run dry."""

from __future__ import annotations

import pytest

from tests.lab.run import Bench, Held, LibraryMissingError, held_after

pytestmark = pytest.mark.usefixtures("lab")


def held(code: str, calls: int = 6, *, keep: bool = False, path: str = "/big", library: str = "") -> Held:
    """As `held_after`; a library that is not installed skips the test."""
    try:
        return held_after(code, calls, keep=keep, path=path, library=library)
    except LibraryMissingError as missing:
        pytest.skip(str(missing))


GET = "import requests\ndef call(url): return requests.get(url)"
STREAM = "import requests\nS = requests.Session()\ndef call(url):\n    r = S.get(url, stream=True)\n    {}\n    return r"
SHARED_HTTPX = (
    "import httpx\nC = httpx.Client()\ndef call(url):\n    r = C.send(C.build_request('GET', url), stream=True)\n    {}"
)
SHARED_AIOHTTP = "import aiohttp\nS = None\nasync def call(url):\n    global S\n    S = S or aiohttp.ClientSession()\n    r = await S.get(url)\n    {}"


def test_plain_get_holds_nothing_once_dropped() -> None:
    """requests: a dropped result frees its socket, a kept one pins it although the body is read."""
    assert held(GET, path="/small").sockets == 0
    assert held(GET, path="/small", keep=True).collected == 6


def test_closing_does_not_free_what_a_kept_plain_response_pins() -> None:
    """requests: close() on a read response changes nothing."""
    code = "import requests\ndef call(url):\n    r = requests.get(url)\n    r.close()\n    return r"
    assert held(code, path="/small", keep=True).collected == 6


def test_shared_session_pins_one() -> None:
    """requests: responses kept from one session share its connection."""
    code = "import requests\nS = requests.Session()\ndef call(url): return S.get(url)"
    assert held(code, path="/small", keep=True).collected == 1


@pytest.mark.parametrize("path", ["/big", "/small"])
def test_unread_stream_on_shared_httpx_is_never_reclaimed(path: str) -> None:
    """httpx: whatever the size of the body."""
    result = held(SHARED_HTTPX.format("pass"), path=path)
    assert (result.sockets, result.collected) == (6, 6)


def test_unread_large_body_on_shared_aiohttp_is_never_reclaimed() -> None:
    """aiohttp: large bodies hold, small ones release themselves."""
    assert held(SHARED_AIOHTTP.format("pass")).collected == 6
    small = held(f"import asyncio\n{SHARED_AIOHTTP}".format("await asyncio.sleep(0.05)  # until it has come"), path="/small")
    assert (small.collected, small.accepted) == (1, 1)


def test_failing_raise_for_status() -> None:
    """Aiohttp releases, requests and httpx do not."""
    assert held(SHARED_AIOHTTP.format("r.raise_for_status()"), path="/bad").sockets == 0
    assert held(SHARED_HTTPX.format("r.raise_for_status()"), path="/bad").collected == 6
    code = "import requests\nS = requests.Session()\nK = []\ndef call(url):\n    K.append(S.get(url, stream=True))\n    K[-1].raise_for_status()"
    assert held(code, path="/bad").collected == 6


def test_truth_of_a_requests_response_lies() -> None:
    """requests: `if r: r.close()` leaves an error response open."""
    code = STREAM.format("if r: r.close()")
    assert held(code, keep=True, path="/bad").collected == 6
    assert held(code, keep=True).collected == 0


def test_closing_the_client_and_its_open_responses() -> None:
    """Requests keeps a checked-out stream open, httpx and aiohttp close it."""
    requests = "import requests\ndef call(url):\n    with requests.Session() as s:\n        return s.get(url, stream=True)"
    httpx = "import httpx\ndef call(url):\n    with httpx.Client() as c:\n        return c.send(c.build_request('GET', url), stream=True)"
    aiohttp = (
        "import aiohttp\nasync def call(url):\n    async with aiohttp.ClientSession() as s:\n        return await s.get(url)"
    )
    assert held(requests, keep=True).collected == 6
    assert held(httpx, keep=True).collected == 0
    assert held(aiohttp, keep=True).collected == 0


def test_limits_class_has_no_bound() -> None:
    """httpx: Limits(max_keepalive_connections=5) takes the client's bound of 100 away; the default keeps it."""
    code = "import httpx\nC = httpx.Client({}timeout=httpx.Timeout(5, pool=0.05))\ndef call(url): C.send(C.build_request('GET', url), stream=True)"
    unbounded = held(code.format("limits=httpx.Limits(max_keepalive_connections=5), "), calls=105, path="/small")
    assert unbounded.collected == 105
    bounded = held(code.format(""), calls=101, path="/small")
    assert (bounded.collected, "PoolTimeout" in bounded.error) == (100, True)


def test_aiohttp_pool_bound() -> None:
    """aiohttp: limit=3 makes the fourth wait, limit=0 is no bound."""
    code = """
    import aiohttp, asyncio
    S = None
    async def call(url):
        global S
        S = S or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit={}))
        await asyncio.wait_for(S.get(url), 0.3)
    """
    bounded = held(code.format(3), calls=4)
    assert (bounded.collected, "TimeoutError" in bounded.error) == (3, True)
    assert held(code.format(0), calls=6).collected == 6


def test_requests_pool_size_is_no_bound_unless_it_blocks() -> None:
    """requests: pool_maxsize bounds what is kept, not what is open."""
    code = "import requests\nS = requests.Session()\nS.mount('http://', requests.adapters.HTTPAdapter(pool_maxsize=2))\ndef call(url): return S.get(url, stream=True)"
    assert held(code, keep=True).collected == 6


def test_failing_read_of_urlopen() -> None:
    """urllib: a body cut short closes, a timeout keeps."""
    code = (
        "import urllib.request\ndef call(url):\n    K.append(urllib.request.urlopen(url, timeout=0.2))\n    K[-1].read()\nK = []"
    )
    assert held(code, path="/cut").collected == 0
    stalled = held(code, calls=2, path="/stall")
    assert (stalled.collected, "TimeoutError" in stalled.error) == (2, True)


READERS = [
    "json.load(r)",
    "shutil.copyfileobj(r, io.BytesIO())",
    "tomllib.load(r)",
    "plistlib.load(r)",
    "xml.etree.ElementTree.parse(r)",
    "xml.dom.minidom.parse(r)",
    "yaml.safe_load(r)",
    pytest.param("bs4.BeautifulSoup(r, 'html.parser')", marks=pytest.mark.lab),
]


@pytest.mark.parametrize("reader", READERS)
def test_functions_that_read_to_the_end(reader: str) -> None:
    """The `reads` of standard.toml: a kept response is free afterwards, although the parser may have failed."""
    module = reader.partition("(")[0].rpartition(".")[0]
    code = f"import io, urllib.request, {module}\nK = []\ndef call(url):\n    r = urllib.request.urlopen(url)\n    K.append(r)\n    {reader}"
    page = {"xml.etree.ElementTree": "/RPC2", "xml.dom.minidom": "/RPC2"}.get(module, "/json")
    assert held(code, path=page).collected == 0


def test_urlopen_iteration_does_not_close() -> None:
    """urllib: only read() to the end and close() do."""
    assert (
        held(
            "import urllib.request\nK = []\ndef call(url):\n    K.append(urllib.request.urlopen(url))\n    for line in K[-1]: pass"
        ).collected
        == 6
    )


def test_http_client_response_close_frees_nothing() -> None:
    """http.client: the connection holds the socket, whatever is done to the response."""
    code = """
    import http.client, urllib.parse
    def call(url):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
        connection.request("GET", "/small")
        with connection.getresponse() as response:
            response.read()
        return connection
    """
    assert held(code, keep=True).collected == 6


def test_connector_owner() -> None:
    """aiohttp: a session closes the connector it is given, unless connector_owner=False."""
    code = """
    import aiohttp
    C = None
    async def call(url):
        global C
        C = C or aiohttp.TCPConnector()
        async with aiohttp.ClientSession(connector=C{}) as s, s.get(url) as r:
            await r.read()
    """
    assert "Session is closed" in held(code.format(""), path="/small").error
    shared = held(code.format(", connector_owner=False"), path="/small")
    assert (shared.error, shared.accepted) == ("", 1)


def test_shared_transport_is_closed_by_a_client_per_call() -> None:
    """httpx: `with Client(transport=SHARED)` closes it each time."""
    code = "import httpx\nT = httpx.HTTPTransport()\ndef call(url):\n    with httpx.Client(transport=T) as c: c.get(url)"
    assert held(code, path="/small").accepted == 6


def test_contexts_hold_nothing_before_they_are_entered() -> None:
    """httpx.stream, client.stream, aiohttp's get and request open no connection by themselves."""
    assert held("import httpx\nC = httpx.Client()\ndef call(url): return C.stream('GET', url)", keep=True).accepted == 0
    assert held("import httpx\ndef call(url): return httpx.stream('GET', url)", keep=True).accepted == 0
    unawaited = "import aiohttp\nasync def call(url):\n    async with aiohttp.ClientSession() as s:\n        return s.get(url)"
    assert held(unawaited, keep=True).accepted == 0


def test_openai_streaming_response_manager_closes() -> None:
    """openai: nothing before it is entered, nothing after it is left."""
    code = """
    import openai
    def call(url):
        client = openai.OpenAI(base_url=url.rpartition("/")[0], api_key="k")
        K.append(client)
        made = client.chat.completions.with_streaming_response.create(model="m", messages=[])
        {}
    K = []
    """
    assert held(code.format("return made")).accepted == 0
    assert held(code.format("with made as r: return r"), keep=True).collected <= 6


def test_openai_derived_client_shares_the_transport() -> None:
    """openai: with_options() needs no close of its own."""
    code = """
    import openai
    C = None
    def call(url):
        global C
        C = C or openai.OpenAI(base_url=url.rpartition("/")[0], api_key="k")
        C.with_options(timeout=5).chat.completions.create(model="m", messages=[])
    """
    assert held(code).accepted == 1


@pytest.mark.lab
def test_lost_body_takes_a_slot_of_aiobotocore() -> None:
    """aiobotocore: max_pool_connections is a bound, an unread body keeps its place."""
    code = """
    import asyncio
    from aiobotocore.config import AioConfig
    from aiobotocore.session import get_session
    C = None
    async def call(url):
        global C
        if C is None:
            keys = dict(aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1", config=AioConfig(max_pool_connections=3))
            C = await get_session().create_client("s3", endpoint_url=url.rpartition("/")[0], **keys).__aenter__()
        await asyncio.wait_for(C.get_object(Bucket="bucket", Key="key"), 0.5)
    """
    result = held(code, calls=4, library="aiobotocore")
    assert (result.collected, "TimeoutError" in result.error) == (3, True)


BOTO3 = {
    "client": "boto3.client('s3', **keys)",
    "of-a-session": "boto3.Session().client('s3', **keys)",
    "of-botocore": "botocore.session.get_session().create_client('s3', **keys)",
    "of-a-resource": "boto3.resource('s3', **keys).meta.client",
    "in-a-field": "Files(boto3.client('s3', **keys)).client",
}


@pytest.mark.parametrize("made", BOTO3.values(), ids=BOTO3)
@pytest.mark.parametrize("fails", [False, True], ids=["answered", "failed"])
def test_a_dropped_client_of_boto3_closes_itself(made: str, fails: bool) -> None:
    """boto3: without the collector, whoever made it, also when the last call failed; one that is kept holds its socket."""
    code = f"""
    import boto3, botocore.session
    class Files:
        def __init__(self, client): self.client = client
    def call(url):
        keys = dict(endpoint_url=url.rpartition("/")[0], aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1")
        client = {made}
        client.get_object(Bucket="bucket", Key={"cut" if fails else "key"!r})["Body"].read()
        return client
    """
    dropped = held(code)
    assert (dropped.sockets, dropped.accepted, bool(dropped.error)) == (0, 6, fails)
    assert fails or held(code, keep=True).collected == 6


@pytest.mark.lab
def test_lost_stream_takes_a_slot_of_curl_cffi() -> None:
    """curl_cffi: an async stream that is not closed keeps its place in the session."""
    code = """
    import asyncio, curl_cffi.requests
    S = None
    async def call(url):
        global S
        S = S or curl_cffi.requests.AsyncSession(max_clients=2)
        await asyncio.wait_for(S.get(url, stream=True), 0.5)
    """
    assert "TimeoutError" in held(code, calls=3, path="/stall").error


def test_bench_reports_errors_of_the_child(lab: Bench) -> None:
    """A snippet that fails is an error, not a number."""
    result = lab.run("def job(): raise ValueError('no')")
    assert (result.sockets, result.error) == (-1, "ValueError: no")


EVENTS = {
    "openai": "client.chat.completions.create(model='m', messages=[], stream=True)",
    "anthropic": "client.messages.create(model='m', max_tokens=1, messages=[], stream=True)",
}


@pytest.mark.parametrize(
    ("library", "name"), [("openai", "OpenAI"), pytest.param("anthropic", "Anthropic", marks=pytest.mark.lab)]
)
@pytest.mark.parametrize("is_async", [False, True])
def test_a_failing_event_stream_closes_itself(library: str, name: str, is_async: bool) -> None:
    """openai, anthropic: a stream that breaks off while it is iterated is closed, though it is kept."""
    wait, loop, name = ("await ", "async for", f"Async{name}") if is_async else ("", "for", name)
    code = f"""
        import {library}
        client = None
        {"async " if is_async else ""}def call(url):
            global client
            base = url.replace("/big", "/cut/v1")
            client = client or {library}.{name}(base_url=base, api_key="x", max_retries=0)
            kept.append({wait}{EVENTS[library]})
            {loop} _ in kept[-1]:
                pass
    """
    result = held(code, keep=True, library=library)
    assert result.error
    assert (result.sockets, result.accepted) == (0, 6)


@pytest.mark.lab
def test_a_handshake_that_fails_leaves_no_socket() -> None:
    """websocket-client: `connect` cleans up after itself, also while the object is kept; one that succeeds holds a socket."""
    code = "import websocket\ndef call(url):\n    it = websocket.WebSocket()\n    KEPT.append(it)\n    it.connect({})\nKEPT = []"
    failing = held(code.format("f'ws://127.0.0.1:{TLS_PORT}/'"), library="websocket_client")
    assert (failing.sockets, failing.error[:9]) == (0, "WebSocket")
    assert held(code.format("WS"), library="websocket_client").sockets == 6
