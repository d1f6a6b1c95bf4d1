"""`with` and `async with`: what entering gives, what leaving releases, on every way out."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

BLOCKS = {
    "a response": """
        with requests.get(u, stream=True) as r:  #: left; never
            print(r.status_code)
    """,
    "a response without a name": """
        with requests.get(u, stream=True):  #: left; never
            load(u)
    """,
    "a name that has it already": """
        r = requests.get(u, stream=True)  #: never
        with r:  #: left
            load(u)
    """,
    "entered later under another name": """
        s = requests.Session()  #: never
        s.headers.update({})
        with s as session:  #: left
            session.get(u)
    """,
    "lost before it is entered": """
        r = requests.get(u, stream=True)  #: on error
        load(u)  #: LOST: raises (weak)
        with r:  #: left
            pass
    """,
    "return inside": """
        with requests.get(u, stream=True) as r:  #: left; never
            return r.status_code
    """,
    "return of the resource from inside": """
        with requests.get(u, stream=True) as r:  #: left; never
            return r
    """,
    "break and continue inside": """
        for x in u:
            with requests.get(x, stream=True) as r:  #: left; never
                if r.ok:
                    break
                continue
    """,
    "raise inside": """
        with requests.get(u, stream=True) as r:  #: never
            raise ValueError
    """,
    "the name is bound anew inside": """
        with requests.get(u, stream=True) as r:  #: left; never
            r = None
    """,
    "two items": """
        with requests.Session() as s, s.get(u, stream=True) as r:  #: left; never
            print(r.status_code)
    """,
    "two items in parentheses": """
        with (
            requests.Session() as s,  #: left; never
            s.get(u, stream=True) as r,  #: left; never
        ):
            print(r.status_code)
    """,
    "the second item fails": """
        with requests.Session() as s, load(s.get(u, stream=True)) as r:  #: given to 'load'; left; never
            pass
    """,
    "acquired inside, the client frees it": """
        with httpx.Client() as client:  #: client closed; left; never
            r = client.send(u, stream=True)  #: never
    """,
    "acquired inside, the client does not free it": """
        with requests.Session() as s:  #: left; never
            r = s.get(u, stream=True)  #: always
        #: LOST: ends
    """,
    "acquired inside and used behind it": """
        with requests.Session() as s:  #: left; never
            r = s.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "nested": """
        with requests.Session() as s:  #: left; never
            with s.get(u, stream=True) as r:  #: left; never
                load(r.status_code)
    """,
    "a stream": """
        with httpx.stream("GET", u) as r:  #: arrived; never
            for line in r.iter_lines():  #: read
                print(line)
    """,
    "a stream of a client": """
        with httpx.Client() as client:  #: left; never
            with client.stream("GET", u) as r:  #: arrived; never
                r.read()  #: read
    """,
    "a stream that nobody enters": """
        client = httpx.Client()  #: never
        r = client.stream("GET", u)  #: never
        client.close()  #: client closed; closed
    """,
    "a stream that is entered later": """
        client = httpx.Client()  #: on error
        stream = client.stream("GET", u)  #: never
        with stream as r:  #: LOST: raises; arrived
            r.read()  #: LOST: raises; read
        client.close()  #: closed
    """,
    "a stream, entered by hand": """
        client = httpx.Client()  #: on error
        stream = client.stream("GET", u)  #: never
        r = stream.__enter__()  #: LOST: raises; arrived
        stream.__exit__(None, None, None)  #: closed
        client.close()  #: closed
    """,
    "a stream of a client that is not ours, entered by hand": """
        def g(client: httpx.Client):
            stream = client.stream("GET", u)  #: never
            r = stream.__enter__()  #: arrived
            print(r.status_code)
            stream.__exit__(None, None, None)  #: closed
    """,
    "a stream of a client that is not ours, entered by hand and never left": """
        def g(client: httpx.Client):
            stream = client.stream("GET", u)  #: always
            stream.__enter__()  #: arrived
        #: LOST: ends
    """,
    "an asynchronous stream, entered by hand": """
        client = httpx.AsyncClient()  #: on error
        stream = client.stream("GET", u)  #: never
        r = await stream.__aenter__()  #: LOST: raises; LOST: raises (cancel); arrived
        await stream.__aexit__(None, None, None)  #: closed
        await client.aclose()  #: closed
    """,
    "asynchronous": """
        async with httpx.AsyncClient() as client:  #: left; never
            async with client.stream("GET", u) as r:  #: arrived; never
                await r.aread()  #: read
    """,
    "asynchronous, awaited and entered": """
        async with aiohttp.ClientSession() as s:  #: left; never
            async with await s.get(u) as r:  #: arrived; left; never
                print(r.status)
    """,
    "asynchronous, not awaited and entered": """
        async with aiohttp.ClientSession() as s:  #: left; never
            async with s.get(u) as r:  #: arrived; left; never
                print(r.status)
    """,
    "entered by hand": """
        s = requests.Session()  #: on error
        s.__enter__()
        s.get(u)  #: LOST: raises
        s.__exit__(None, None, None)  #: closed
    """,
    "entered by hand and the result used": """
        r = requests.get(u, stream=True).__enter__()  #: never
        r.close()  #: closed
    """,
    "its raw file": """
        r = requests.get(u, stream=True)  #: never
        with r.raw as file:  #: left
            pass
    """,
    "one of two": """
        s = u or requests.Session()  #: never
        with s:  #: left
            s.get("x")
    """,
    "a client or something that does nothing": """
        with (requests.Session() if u else contextlib.nullcontext(u)) as s:  #: left; never
            s.get("x")
    """,
    "None or a client": """
        s = None
        if u:
            s = requests.Session()  #: on error
            s.get(u)  #: LOST: raises
        if s:
            with s:  #: left
                pass
    """,
    "a block of something unknown": """
        r = requests.get(u, stream=True)  #: on error
        with load(u):  #: LOST: raises (weak)
            r.close()  #: closed
    """,
    "a block of something unknown that gets it": """
        r = requests.get(u, stream=True)  #: never
        with load(r) as x:  #: given to 'load'
            pass
    """,
    "a target that is no name": """
        with requests.get(u, stream=True) as u.response:  #: kept: lent; left; never
            pass
    """,
    "targets": """
        with load(u) as (a, b):
            r = requests.get(a, stream=True)  #: never
            r.close()  #: closed
    """,
    "a deadline": """
        async with asyncio.timeout(3):
            s = aiohttp.ClientSession()  #: never
            await s.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", BLOCKS.values(), ids=BLOCKS)
def test_blocks(body: str) -> None:
    """Blocks of a library's own objects."""
    check(inside(body))


HELPERS = {
    "closing": """
        with contextlib.closing(requests.get(u, stream=True)) as r:  #: left; never
            print(r.status_code)
    """,
    "closing of a name": """
        r = requests.get(u, stream=True)  #: never
        with contextlib.closing(r):  #: left
            load(u)
    """,
    "closing that is never entered": """
        contextlib.closing(requests.get(u, stream=True))  #: LOST: dropped; always
    """,
    "closing with a name, entered later": """
        r = contextlib.closing(requests.get(u, stream=True))  #: never
        with r as response:  #: left
            load(response.status_code)
    """,
    "aclosing": """
        client = httpx.AsyncClient()  #: never
        async with contextlib.aclosing(client):  #: left
            await client.get(u)
    """,
    "aclosing of a promise": """
        async with contextlib.aclosing(u):
            pass
    """,
    "closing of a stream": """
        client = httpx.Client()  #: on error
        with contextlib.closing(client.stream("GET", u)) as r:  #: LOST: raises; arrived; left; never
            pass
        client.close()  #: closed
    """,
    "closing without an argument": """
        with contextlib.closing() as x:
            pass
        r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "nullcontext does not close": """
        with contextlib.nullcontext(requests.get(u, stream=True)) as r:  #: always
            print(r.status_code)
        #: LOST: ends
    """,
    "nullcontext, and it is closed inside": """
        with contextlib.nullcontext(requests.get(u, stream=True)) as r:  #: never
            r.close()  #: closed
    """,
    "nullcontext of a promise": """
        async with contextlib.nullcontext() as x:
            if x is None:
                r = requests.get(u, stream=True)  #: never
                r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", HELPERS.values(), ids=HELPERS)
def test_helpers(body: str) -> None:
    """`closing`, `nullcontext` and their kin."""
    check(inside(body))


FUNCTIONS = {
    "finally closes": """
        @contextlib.contextmanager
        def opened(u):
            r = requests.get(u, stream=True)  #: never
            try:
                yield r
            finally:
                r.close()  #: closed
        def f(u):
            with opened(u) as r:
                print(r.status_code)
    """,
    "only success closes": """
        @contextlib.contextmanager
        def opened(u):
            r = requests.get(u, stream=True)  #: on error
            yield r  #: LOST: raises
            r.close()  #: closed
    """,
    "it never closes": """
        @contextlib.contextmanager
        def opened(u):
            r = requests.get(u, stream=True)  #: always
            yield r  #: LOST: raises
            #: LOST: ends
    """,
    "it never closes, and gives something else": """
        @contextlib.contextmanager
        def opened(u):
            r = requests.get(u, stream=True)  #: always
            yield r.status_code  #: LOST: raises
            #: LOST: ends
    """,
    "its own block closes": """
        @contextlib.contextmanager
        def opened(u):
            with requests.get(u, stream=True) as r:  #: left; never
                yield r
        def f(u):
            with opened(u) as r:
                return r.status_code
    """,
    "asynchronous": """
        @contextlib.asynccontextmanager
        async def opened(u):
            client = httpx.AsyncClient()  #: never
            try:
                yield client
            finally:
                await client.aclose()  #: closed
        async def f(u):
            async with opened(u) as client:
                await client.get(u)
    """,
    "it gets the resource and closes it": """
        @contextlib.contextmanager
        def guarded(r):
            try:
                yield r
            finally:
                r.close()
        def f(u):
            with guarded(requests.get(u, stream=True)) as r:  #: left; never
                print(r.status_code)
    """,
    "it gets the resource and does not close it": """
        @contextlib.contextmanager
        def timed(r):
            yield r
        def f(u):
            with timed(requests.get(u, stream=True)) as r:  #: always
                print(r.status_code)
            #: LOST: ends
    """,
    "it gets the resource and yields nothing": """
        @contextlib.contextmanager
        def guarded(r):
            try:
                yield
            finally:
                r.close()
        def f(u):
            r = requests.get(u, stream=True)  #: never
            with guarded(r):  #: left
                print(r.status_code)
    """,
    "it gets the resource, yields nothing and does not close it": """
        @contextlib.contextmanager
        def timed(r):
            yield
        def f(u):
            r = requests.get(u, stream=True)  #: always
            with timed(r):
                print(r.status_code)
            #: LOST: ends
    """,
    "it never yields": """
        @contextlib.contextmanager
        def broken(u):
            raise ValueError
            yield
        def f(u):
            r = requests.get(u, stream=True)  #: on error
            with broken(u):  #: LOST: raises
                pass
            r.close()  #: closed
    """,
    "a method": """
        class Api:
            @contextlib.contextmanager
            def opened(self, u):
                r = requests.get(u, stream=True)  #: never
                try:
                    yield r
                finally:
                    r.close()  #: closed
            def f(self, u):
                with self.opened(u) as r:
                    return r.status_code
    """,
    "registered for release": """
        @contextlib.contextmanager
        def opened(u):
            with contextlib.ExitStack() as stack:  #: left
                r = stack.enter_context(requests.get(u, stream=True))  #: never
                yield r
    """,
    "it knows nothing of the resource, and the block does not raise": """
        @contextlib.contextmanager
        def timer():
            yield
        def f(u):
            r = requests.get(u, stream=True)  #: never
            with timer():
                print(r.status_code)
            r.close()  #: closed
    """,
    "it gets the resource, and the block does not raise": """
        @contextlib.contextmanager
        def timer(r):
            yield
        def f(u):
            r = requests.get(u, stream=True)  #: never
            with timer(r):
                print(r.status_code)
            r.close()  #: closed
    """,
    "a stack of its own, and the block of another": """
        @contextlib.contextmanager
        def opened(u):
            with contextlib.ExitStack() as stack:  #: left
                r = stack.enter_context(requests.get(u, stream=True))  #: never
                stack.callback(load)
                yield r
    """,
}


@pytest.mark.parametrize("source", FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions(source: str) -> None:
    """`@contextmanager` and its async sister."""
    check(source)


OBJECTS = {
    "it opens and closes": """
        class Opened:
            def __init__(self, u):
                self.u = u
            def __enter__(self):
                self.r = requests.get(self.u, stream=True)  #: field; never
                return self.r
            def __exit__(self, *args):
                self.r.close()
        def f(u):
            with Opened(u) as r:  #: LOST: raises; left; never
                return r.status_code
    """,
    "it takes the resource and closes it": """
        class Guard:
            def __init__(self, r):
                self.r = r
            def __enter__(self):
                return self.r
            def __exit__(self, *args):
                self.r.close()
        def f(u):
            with Guard(requests.get(u, stream=True)) as r:  #: never
                print(r.status_code)
            #: closed
    """,
    "it takes the resource and forgets it": """
        class Guard:
            def __init__(self, r):
                self.r = r
            def __enter__(self):
                return self.r
            def __exit__(self, *args):
                pass
        def f(u):
            with Guard(requests.get(u, stream=True)) as r:  #: always
                print(r.status_code)
            #: LOST: ends
    """,
    "it takes the resource, gives itself": """
        class Guard:
            def __init__(self, r):
                self.r = r
            def __enter__(self):
                return self
            def __exit__(self, *args):
                self.r.close()
        def f(u):
            with Guard(requests.get(u, stream=True)) as guard:  #: never
                print(guard.r.status_code)
            #: closed
    """,
    "asynchronous": """
        class Guard:
            def __init__(self, client):
                self.client = client
            async def __aenter__(self):
                return self
            async def __aexit__(self, *args):
                await self.client.aclose()
        async def f(u):
            async with Guard(httpx.AsyncClient()) as guard:  #: never
                await guard.client.get(u)
            #: closed
    """,
    "entering never returns": """
        class Guard:
            def __enter__(self):
                raise ValueError
            def __exit__(self, *args):
                pass
        def f(u):
            r = requests.get(u, stream=True)  #: on error
            with Guard():  #: LOST: raises; LOST: raises (weak)
                pass
            r.close()  #: closed
    """,
    "a class without the methods": """
        class Plain:
            def __init__(self, r):
                self.r = r
        def f(u):
            with Plain(requests.get(u, stream=True)) as plain:  #: always
                plain.r.close()  #: LOST: raises (weak)
            #: LOST: ends
    """,
    "a subclass of a library's class": """
        class Api(requests.Session):
            pass
        def f(u):
            with Api() as api:  #: left; never
                api.get(u)
    """,
    "a subclass of a library's class that is not closed": """
        class Api(requests.Session):
            pass
        def f(u):
            api = Api()  #: always
            api.get(u)  #: LOST: raises
            #: LOST: ends
    """,
    "its own exit calls that of the base": """
        class Api(requests.Session):
            def __exit__(self, *args):
                super().__exit__(*args)
        def f(u):
            with Api() as api:  #: left; never
                api.get(u)
    """,
}


@pytest.mark.parametrize("source", OBJECTS.values(), ids=OBJECTS)
def test_objects(source: str) -> None:
    """Classes with `__enter__` and `__exit__`."""
    check(source)
