"""How clients and connections are made, and where they are kept."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

MAKERS = {
    "class method that makes one": """
        class A:
            def __init__(self, client):
                self.client = client
            @classmethod
            def make(cls):
                return cls(httpx.Client())  #: never; returned
            def close(self):
                self.client.close()

        def run(u):
            a = A.make()
            a.close()
    """,
    "static maker": """
        class A:
            @staticmethod
            def make():
                return httpx.Client()  #: never; returned

        def run(u):
            c = A.make()  #: never
            c.close()  #: closed
    """,
    "static maker lost": """
        class A:
            @staticmethod
            def make():
                return httpx.Client()  #: never; returned

        def run(u):
            c = A.make()  #: always
            c.get(u)  #: LOST: raises
            #: LOST: ends
    """,
    "maker chosen": """
        def run(u):
            kind = httpx.Client if u else requests.Session
            c = kind()  #: on error
            c.get(u)  #: LOST: raises
            c.close()  #: closed
    """,
    "maker chosen and lost": """
        def run(u):
            kind = httpx.Client if u else requests.Session
            c = kind()  #: always
            c.get(u)  #: LOST: raises
            #: LOST: ends
    """,
    "lambda that makes one": """
        make = lambda: httpx.Client()  #: never; returned

        def run(u):
            c = make()  #: always
            c.get(u)  #: LOST: raises
            #: LOST: ends
    """,
}


@pytest.mark.parametrize("source", MAKERS.values(), ids=MAKERS)
def test_makers(source: str) -> None:
    """Functions and methods that make clients."""
    check(source)


KEPT = {
    "global set elsewhere": """
        CLIENT = None

        def start():
            global CLIENT
            CLIENT = httpx.Client()  #: global; never

        def run(u):
            r = CLIENT.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "global made once": """
        CLIENT = None

        def client():
            global CLIENT
            if CLIENT is None:
                CLIENT = httpx.Client()  #: global; never
            return CLIENT

        def run(u):
            r = client().send(u, stream=True)  #: never
            r.close()  #: closed
    """,
    "nonlocal elsewhere": """
        def run(u):
            s = None
            def start():
                nonlocal s
                s = requests.Session()  #: never; nonlocal
            def stop():
                s.close()
            start()
            stop()
    """,
    "field set in another method": """
        class A:
            def start(self):
                self.client = httpx.Client()  #: field; never
            def run(self, u):
                r = self.client.send(u, stream=True)  #: never
                r.close()  #: closed
    """,
    "field declared in the class": """
        class A:
            client = httpx.Client()  #: never
            def run(self, u):
                r = self.client.send(u, stream=True)  #: always
                print(u)
            #: LOST: ends
    """,
    "field of a base": """
        class A:
            def __init__(self):
                self.client = httpx.Client()  #: field; never

        class B(A):
            def run(self, u):
                r = self.client.send(u, stream=True)  #: always
                print(u)
            #: LOST: ends
    """,
    "field of an annotated parameter": """
        class A:
            def __init__(self, client: httpx.Client):
                self.client = client
            def run(self, u):
                r = self.client.send(u, stream=True)  #: always
                print(u)
            #: LOST: ends
    """,
    "field of either kind": """
        class A:
            def __init__(self, client=None):
                self.client = client or httpx.Client()  #: field; never
            def run(self, u):
                r = self.client.send(u, stream=True)  #: always
                print(u)
            #: LOST: ends
    """,
    "list of clients": """
        class A:
            def __init__(self):
                self.clients = [httpx.Client(), httpx.Client()]  #: field; never
            def run(self, u):
                for c in self.clients:
                    r = c.send(u, stream=True)  #: LOST: overwritten; LOST: raises; always
                    print(u)
            def close(self):
                for c in self.clients:
                    c.close()
            #: LOST: ends
    """,
}


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT)
def test_kept(source: str) -> None:
    """Clients in globals and fields, used elsewhere."""
    check(source)


CONNECTIONS = {
    "a connection that is reused": """
        def run(u):
            c = http.client.HTTPConnection(u)  #: on error
            for v in u:
                c.request("GET", v)  #: LOST: raises (weak)
                r = c.getresponse()  #: LOST: raises
                r.read()  #: LOST: raises
            c.close()  #: closed
    """,
    "a pool": """
        def run(u):
            p = urllib3.PoolManager()  #: always
            r = p.request("GET", u, preload_content=False)  #: LOST: raises; never
            r.release_conn()  #: closed
            #: LOST: ends
    """,
    "a pool's answer that is lost": """
        POOL = urllib3.PoolManager()  #: never

        def run(u):
            r = POOL.request("GET", u, preload_content=False)  #: always
            print(r.status)
            #: LOST: ends
    """,
    "a pool's answer that is read": """
        POOL = urllib3.PoolManager()  #: never

        def run(u):
            r = POOL.request("GET", u, preload_content=False)  #: never
            r.read()  #: read
    """,
    "a pool's answer that is read in parts": """
        POOL = urllib3.PoolManager()  #: never

        def run(u):
            r = POOL.request("GET", u, preload_content=False)  #: never
            for x in r.stream(10):  #: read
                print(x)
    """,
    "a pool's answer that is loaded": """
        POOL = urllib3.PoolManager()  #: never

        def run(u):
            r = POOL.request("GET", u, preload_content=True)
            print(r.data)
    """,
}


@pytest.mark.parametrize("source", CONNECTIONS.values(), ids=CONNECTIONS)
def test_connections(source: str) -> None:
    """Connections and pools."""
    check(source)
