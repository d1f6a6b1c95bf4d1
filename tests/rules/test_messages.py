"""Messages are one line that fits, whatever the code that they quote."""

from __future__ import annotations

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.options import Options
from flake8_httpleak.rules.base import MAX_MESSAGE, fitted

LONG = "the_response_of_the_service_that_is_asked_first"


def only(source: str) -> str:
    """The message of the one finding in a text."""
    (found,) = analyze(source, "service.py", Options())
    return f"{found.code} {found.message}"


def test_a_long_name_is_cut_at_its_front() -> None:
    """What is called at the end of the path says the most."""
    source = (
        "import httpx\n"
        "CLIENT = httpx.AsyncClient()\n"
        "async def save(request):\n"
        f"    {LONG} = await CLIENT.send(request, stream=True)\n"
        f"    {LONG}.raise_for_status()\n"
        f"    await {LONG}.aclose()\n"
    )
    assert only(source) == (
        "HTL103 response of 'CLIENT.send' is not closed if '...raise_for_status' (line 5) raises; await 'aclose()' in 'finally'"
    )


@pytest.mark.parametrize("owner", ["self", f"self.{LONG}", f"self.{LONG}.{LONG}", f'self.clients["{LONG}"]', "clients()[0]"])
@pytest.mark.parametrize("method", ["get", "get_streams_of_everything_that_there_is_to_know_about_it"])
def test_messages_fit(owner: str, method: str) -> None:
    """Long paths on both sides of a message are cut until it fits."""
    message = f"response of '{owner}.{method}' is not closed if '{owner}.{method}' (line 12345) raises; await 'x()' in 'finally'"
    assert len(fitted(message)) <= MAX_MESSAGE
    assert fitted(fitted(message)) == fitted(message)
    assert fitted(message).startswith("response of '")
    assert fitted(message).endswith("' (line 12345) raises; await 'x()' in 'finally'")


def test_what_fits_is_left_alone() -> None:
    """A short message stays as it is."""
    assert fitted("client 'httpx.Client' is never closed; use 'with'") == "client 'httpx.Client' is never closed; use 'with'"


def test_libraries_are_called_as_their_tables() -> None:
    """Also where a function is reported and nothing that it made, or a method of something shared: reports sort by them."""
    source = (
        "import ssl, urllib.request, http.client, requests\n"
        "SESSION = requests.Session()\n"
        "def load(paths):\n"
        "    for path in paths:\n"
        "        SESSION.mount('https://', requests.adapters.HTTPAdapter())\n"
        "        SESSION.get(f'https://example.com/{path}', verify=ssl.create_default_context(), timeout=5)\n"
        "        requests.get(f'https://example.com/{path}', timeout=5)\n"
        "        urllib.request.urlopen(f'https://example.com/{path}').read()\n"
    )
    found = analyze(source, "service.py", Options(enable=("HTL601",)))
    assert [(one.code, one.library) for one in found] == [
        ("HTL305", "requests"),
        ("HTL305", "ssl"),
        ("HTL304", "requests"),
        ("HTL601", "urllib_request"),
    ]


def test_messages_are_ascii() -> None:
    """Names may be written in any script; terminals may not show them."""
    source = (
        "import requests\n"
        "def download(url):\n"
        "    größe = requests.get(url, stream=True)\n"
        "    größe.raise_for_status()\n"
        "    größe.close()\n"
    )
    assert (
        only(source) == "HTL103 response of 'requests.get' is not closed if 'gr??e.raise_for_status' (line 4) raises; use 'with'"
    )


def test_an_explicit_raise_is_named_first() -> None:
    """Other steps may raise as well, but this one does."""
    source = (
        "import requests\n"
        "def status(url):\n"
        "    response = requests.get(url, stream=True)\n"
        "    response.raise_for_status()\n"
        "    note(response.status_code)\n"
        "    if response.status_code == 204:\n"
        "        raise LookupError(url)\n"
        "    response.close()\n"
    )
    assert only(source) == "HTL103 response of 'requests.get' is not closed if 'raise' (line 7) raises; use 'with'"


def test_a_kept_response_is_called_one() -> None:
    """It is no stream, but a response it is."""
    source = (
        "import requests\n"
        "def pages(urls):\n"
        "    found = [requests.get(url) for url in urls]\n"
        "    return [one.text for one in found]\n"
    )
    assert only(source).startswith("HTL107 response of 'requests.get' is kept at line 3 and holds its connection open; ")


def test_the_line_of_what_a_called_method_does_is_named() -> None:
    """The place lies in another function than the acquisition."""
    source = (
        "import urllib.request\n"
        "class Reader:\n"
        "    def read(self, url):\n"
        "        response = urllib.request.urlopen(url, timeout=10)\n"
        "        self.look(response)\n"
        "        return response.headers\n"
        "    def look(self, response):\n"
        "        self.jar.take_over(response)\n"
    )
    (found,) = analyze(source, "service.py", Options(enable=("HTL901",)))
    assert "take_over' at line 8" in found.message


def test_what_a_handler_takes_is_named() -> None:
    """Where it takes an exception and the way ends later, the step that raised says more than the end."""
    source = (
        "import json, urllib.request\n"
        "def who(url):\n"
        "    try:\n"
        "        response = urllib.request.urlopen(url, timeout=5)\n"
        "        return json.loads(response.read())\n"
        "    except OSError:\n"
        "        print('no answer')\n"
        "    return None\n"
    )
    said = "HTL103 response of 'urllib.request.urlopen' is not closed if 'response.read' (line 5) raises; use 'with'"
    assert only(source) == said


def test_a_body_under_a_key_is_called_by_it() -> None:
    """The answer itself is a dictionary, which no block can enter."""
    source = (
        "import boto3\n"
        "S3 = boto3.client('s3')\n"
        "def size(bucket, key):\n"
        "    return S3.get_object(Bucket=bucket, Key=key)['ContentLength']\n"
    )
    assert only(source) == "HTL101 'Body' of 'S3.get_object' is never closed; use 'with'"
