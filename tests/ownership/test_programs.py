"""Small programs: where clients are kept, how they are made, what happens on the way."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

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


WAITING = {
    "async for over lines": """
        async def run(u):
            async with aiohttp.ClientSession() as s:  #: left; never
                async with s.get(u) as r:  #: arrived; never
                    async for line in r.content:  #: read
                        print(line)
    """,
    "async stream": """
        async def run(u):
            async with httpx.AsyncClient() as c:  #: left; never
                async with c.stream("GET", u) as r:  #: arrived; never
                    async for line in r.aiter_lines():  #: read
                        print(line)
    """,
    "async stream by hand": """
        async def run(u):
            async with httpx.AsyncClient() as c:  #: left; never
                r = await c.send(u, stream=True)  #: arrived; never
                async for line in r.aiter_lines():  #: read
                    print(line)
    """,
    "async stream by hand, read": """
        async def run(u):
            async with httpx.AsyncClient() as c:  #: left; never
                r = await c.send(u, stream=True)  #: arrived; never
                await r.aread()  #: read
    """,
    "async stream by hand, closed": """
        async def run(u):
            async with httpx.AsyncClient() as c:  #: left; never
                r = await c.send(u, stream=True)  #: arrived; never
                await r.aclose()  #: closed
    """,
    "async stream by hand, lost": """
        CLIENT = httpx.AsyncClient()  #: never

        async def run(u):
            r = await CLIENT.send(u, stream=True)  #: always; arrived
            print(r)
            #: LOST: ends
    """,
    "close that is not awaited": """
        async def run(u):
            c = httpx.AsyncClient()  #: always
            c.aclose()
            #: LOST: ends
    """,
    "close that is awaited later": """
        async def run(u):
            c = httpx.AsyncClient()  #: never
            end = c.aclose()
            await end  #: closed
    """,
    "response never awaited": """
        async def run(u):
            async with aiohttp.ClientSession() as s:  #: client closed; left; never
                p = s.get(u)  #: never
    """,
    "websocket": """
        async def run(u):
            async with aiohttp.ClientSession() as s:  #: left; never
                ws = await s.ws_connect(u)  #: arrived; never
                await ws.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", WAITING.values(), ids=WAITING)
def test_waiting(source: str) -> None:
    """Clients and responses that are awaited."""
    check(source)


HANDLED = {
    "an instance in an exception": """
        def run(u):
            try:
                r = urllib.request.urlopen(u)  #: never
            except urllib.error.HTTPError as e:
                raise ValueError(e) from e
            r.close()  #: closed
    """,
    "several handlers": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                r.raise_for_status()
            except ValueError:
                return
            except requests.HTTPError:
                r.close()
                return
            r.close()  #: closed
    """,
    "handler of a tuple": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            try:
                r.raise_for_status()
            except (ValueError, requests.HTTPError):
                return  #: LOST: returns
            r.close()  #: closed
    """,
    "handler of a class of the file": """
        class Bad(Exception):
            pass

        class Worse(Bad):
            pass

        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                raise Worse(u)
            except Bad:
                pass
            r.close()
    """,
    "handler of another class of the file": """
        class Bad(Exception):
            pass

        class Other(Exception):
            pass

        def run(u):
            r = requests.get(u, stream=True)  #: on error
            try:
                raise Bad(u)  #: LOST: raises
            except Other:
                pass
            r.close()
    """,
    "handler of a base of Python": """
        class Bad(ValueError):
            pass

        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                raise Bad(u)
            except ValueError:
                pass
            r.close()
    """,
}


@pytest.mark.parametrize("source", HANDLED.values(), ids=HANDLED)
def test_handled(source: str) -> None:
    """Handlers by the class of what is raised."""
    check(source)


STEPS = {
    "yields in a loop": """
        def run(us):
            with requests.Session() as s:  #: left; never
                for u in us:
                    yield s.get(u).text
    """,
    "yield while held": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            yield 1  #: LOST: raises (generator)
            r.close()  #: closed
    """,
    "yield while held, in finally": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                yield 1
            finally:
                r.close()  #: closed
    """,
    "atexit": """
        import atexit

        def run(u):
            s = requests.Session()  #: never
            atexit.register(s.close)  #: registered with 'atexit.register'
    """,
    "finalizer": """
        import weakref

        def run(u, o):
            s = requests.Session()  #: never
            weakref.finalize(o, s.close)  #: registered with 'weakref.finalize'
    """,
    "background": """
        def run(u, tasks):
            r = requests.get(u, stream=True)  #: never
            end = BackgroundTask(r.close)  #: registered with 'BackgroundTask'
            return Response(r.iter_lines(), background=end)  #: kept: given to 'Response'
    """,
    "given by keyword": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            show(response=r)  #: given to 'show'
    """,
    "printed": """
        def run(u):
            r = requests.get(u, stream=True)  #: always
            print(r)
            #: LOST: ends
    """,
    "logged": """
        import logging

        def run(u):
            r = requests.get(u, stream=True)  #: always
            logging.getLogger(__name__).info("%s", r)
            #: LOST: ends
    """,
    "its own logger": """
        import logging
        log = logging.getLogger(__name__)

        def run(u):
            r = requests.get(u, stream=True)  #: never
            log.info("%s", r)
            r.close()  #: closed
    """,
    "an unknown call between": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            work(u)  #: LOST: raises (weak)
            r.close()  #: closed
    """,
    "harmless calls between": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            n = len(u)
            s = str(n).strip()
            d = {}.get(s)
            r.close()  #: closed
    """,
    "a constructor between": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            s = requests.Session()  #: never
            r.close()  #: closed
            s.close()  #: closed
    """,
    "headers between": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            n = r.headers.get("a")
            r.close()  #: closed
    """,
    "unused client": """
        def run(u):
            s = requests.Session()  #: never
            work(u)  #: LOST: raises (weak)
            s.close()  #: closed
    """,
    "used client": """
        def run(u):
            s = requests.Session()  #: on error
            s.get(u)  #: LOST: raises
            work(u)  #: LOST: raises (weak)
            s.close()  #: closed
    """,
    "client handed out": """
        def run(u):
            s = requests.Session()  #: on error
            work(s.get)  #: LOST: raises (weak)
            s.close()  #: closed
    """,
    "mounted": """
        def run(u):
            s = requests.Session()  #: on error
            s.mount("https://", requests.adapters.HTTPAdapter())  #: given to 'mount'; never
            s.get(u)  #: LOST: raises
            s.close()  #: closed
    """,
    "headers of the client": """
        def run(u):
            s = requests.Session()  #: never
            s.headers["a"] = "b"
            s.headers.update({"c": "d"})
            s.close()  #: closed
    """,
    "signed only": """
        def run(u):
            s3 = boto3.client("s3")  #: never
            return s3.generate_presigned_url("get_object")  #: LOST: returns
    """,
    "a client of a resource": """
        def run(u):
            s3 = boto3.resource("s3")  #: always
            b = s3.Bucket("a")
            for o in b.objects.all():
                print(o.key)
            #: LOST: ends
    """,
}


@pytest.mark.parametrize("source", STEPS.values(), ids=STEPS)
def test_steps(source: str) -> None:
    """What the steps between acquiring and releasing do."""
    check(source)
