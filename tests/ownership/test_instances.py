"""Methods and attributes of clients and responses."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

METHODS = {
    "read by attribute": """
        r = requests.get(u, stream=True)  #: never
        text = r.text  #: read
    """,
    "status only": """
        r = requests.get(u, stream=True)  #: always
        return r.status_code  #: LOST: returns
    """,
    "closed flag": """
        r = urllib.request.urlopen(u)  #: never
        if not r.closed:
            r.close()  #: closed
    """,
    "is_closed": """
        c = httpx.Client()  #: never
        if not c.is_closed:
            c.close()  #: closed
    """,
    "connection": """
        c = http.client.HTTPConnection(u)  #: on error
        c.request("GET", "/")  #: LOST: raises (weak)
        r = c.getresponse()  #: LOST: raises
        r.read()  #: LOST: raises
        c.close()  #: closed
    """,
    "boto": """
        s3 = boto3.client("s3")  #: always
        body = s3.get_object(Bucket="a", Key=u)["Body"]  #: LOST: raises; never
        body.read()  #: read
        #: LOST: ends
    """,
    "boto lost": """
        s3 = boto3.client("s3")  #: always
        body = s3.get_object(Bucket="a", Key=u)["Body"]  #: LOST: raises; always
        print(u)
        #: LOST: ends
    """,
    "boto get": """
        s3 = boto3.client("s3")  #: always
        answer = s3.get_object(Bucket="a", Key=u)  #: LOST: raises; never
        answer.get("Body").close()  #: closed
        #: LOST: ends
    """,
    "boto other": """
        s3 = boto3.client("s3")  #: always
        answer = s3.get_object(Bucket="a", Key=u)  #: LOST: raises; always
        answer.get("ETag")
        #: LOST: ends
    """,
    "entered by hand": """
        c = httpx.Client()  #: on error
        c.__enter__()
        c.get(u)  #: LOST: raises
        c.__exit__(None, None, None)  #: closed
    """,
    "stream entered by hand": """
        c = httpx.Client()  #: on error
        m = c.stream("GET", u)  #: never
        r = m.__enter__()  #: LOST: raises; arrived
        r.read()  #: LOST: raises; read
        m.__exit__(None, None, None)
        c.close()  #: closed
    """,
    "never entered": """
        with httpx.Client() as c:  #: client closed; left; never
            m = c.stream("GET", u)  #: never
    """,
    "wrong close": """
        c = httpx.AsyncClient()  #: on error
        await c.get(u)  #: LOST: raises; LOST: raises (cancel)
        c.close()  #: closed wrongly
    """,
    "urlopen error body": """
        try:
            r = urllib.request.urlopen(u)  #: never
        except urllib.error.HTTPError as e:
            body = e.read()
            return body
        r.close()  #: closed
    """,
    "error re-raised": """
        try:
            r = urllib.request.urlopen(u)  #: never
        except urllib.error.HTTPError:
            raise
        r.close()  #: closed
    """,
    "error kept": """
        try:
            r = urllib.request.urlopen(u)  #: never; error; raised
        except urllib.error.HTTPError as e:
            u.error = e  #: kept
            return
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", METHODS.values(), ids=METHODS)
def test_methods(body: str) -> None:
    """Reading, closing, entering, error responses."""
    check(inside(body))
