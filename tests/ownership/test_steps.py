"""The steps between acquiring and releasing: names, flags, and statements that do something else."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

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


FLAGS = {
    "several targets": """
        x = y = [requests.get(u, stream=True)]  #: never
        y[0].close()  #: closed
    """,
    "the same object under two names": """
        x = [requests.get(u, stream=True)]  #: always
        y = x
        y.clear()  #: LOST: dropped
    """,
    "del of an item": """
        d = {"a": requests.get(u, stream=True)}  #: always
        del d["a"]  #: LOST: deleted
    """,
    "del of a name in a tuple": """
        r = requests.get(u, stream=True)  #: always
        s = 1
        del r, s  #: LOST: deleted
    """,
    "augmented in a loop": """
        x = []
        for v in u:
            x += [requests.get(v, stream=True)]  #: LOST: raises; on error
        for r in x:
            r.close()  #: closed
    """,
    "assert of a type": """
        r = requests.get(u, stream=True) if u else None  #: never
        assert r is not None
        r.close()  #: closed
    """,
    "assert of a failure": """
        r = requests.get(u, stream=True)  #: never
        assert False  #: LOST: raises (weak)
    """,
    "an annotation alone": """
        r: requests.Response
        r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "an annotated assignment": """
        r: requests.Response = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "a raise with a cause": """
        r = requests.get(u, stream=True)  #: on error
        raise ValueError(u) from None  #: LOST: raises
    """,
    "an import inside": """
        import requests as web
        r = web.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "a class inside": """
        r = requests.get(u, stream=True)  #: never
        class A:
            kept = r
        r.close()  #: closed
    """,
    "many ways": """
        r = requests.get(u, stream=True)  #: sometimes
        if u == 1:
            a = 1
        elif u == 2:
            a = 2
        elif u == 3:
            a = 3
        else:
            a = 4
        if a == 4:
            return  #: LOST: returns
        r.close()  #: closed
    """,
    "either of two": """
        if u:
            r = requests.get(u, stream=True)  #: never
        else:
            r = requests.post(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "either of two clients": """
        c = httpx.Client() if u else requests.Session()  #: on error
        c.get(u)  #: LOST: raises
        c.close()  #: closed
    """,
    "either of two clients, another method": """
        c = httpx.Client() if u else requests.Session()  #: on error
        r = c.get(u)  #: LOST: raises
        c.close()  #: closed
    """,
    "a condition of a condition": """
        r = None
        wanted = u is not None
        if wanted:
            r = requests.get(u, stream=True)  #: never
        if wanted:
            r.close()  #: closed
    """,
    "a condition of another": """
        r = None
        wanted = u is None
        if not wanted:
            r = requests.get(u, stream=True)  #: never
        if u is not None:
            r.close()  #: closed
    """,
    "a flag": """
        closed = False
        r = requests.get(u, stream=True)  #: never
        if u:
            r.close()  #: closed
            closed = True
        if not closed:
            r.close()
    """,
    "a flag that lies": """
        closed = True
        r = requests.get(u, stream=True)  #: always
        if not closed:
            r.close()
        #: LOST: ends
    """,
    "a flag in a loop": """
        r = None
        done = False
        while not done:
            r = requests.get(u, stream=True)  #: never
            done = True
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", FLAGS.values(), ids=FLAGS)
def test_flags(body: str) -> None:
    """Names, flags and statements on the way."""
    check(inside(body))
