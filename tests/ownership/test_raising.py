"""Exceptions on their way through small programs: who takes them, and what is lost with them."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

RAISED = {
    "a raise from a name": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            error = ValueError(u)
            if not r.ok:
                raise error  #: LOST: raises
            r.close()  #: closed
    """,
    "a raise of a class": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                if not r.ok:
                    raise ValueError
            except ValueError:
                pass
            r.close()  #: closed
    """,
    "a raise in a handler of the same class": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                try:
                    work(u)
                except KeyError:
                    raise ValueError(u)
            except ValueError:
                pass
            r.close()  #: closed
    """,
    "a raise in a finally": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                print(u)
            finally:
                raise ValueError(u)  #: LOST: raises (cleanup)
    """,
    "a finally after a return": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                return r.status_code
            finally:
                r.close()  #: closed
    """,
    "a finally in a loop": """
        def run(u):
            for v in u:
                r = requests.get(v, stream=True)  #: never
                try:
                    if r.ok:
                        continue
                    work(r.headers)
                finally:
                    r.close()  #: closed
    """,
    "a finally that breaks": """
        def run(u):
            for v in u:
                r = requests.get(v, stream=True)  #: always
                try:
                    work(v)
                finally:
                    break
            r = None  #: LOST: dropped
    """,
    "a try in a with": """
        def run(u):
            with requests.Session() as s:  #: left; never
                try:
                    s.get(u)
                except OSError:
                    return
    """,
    "a with in a try": """
        def run(u):
            try:
                with requests.Session() as s:  #: left; never
                    s.get(u)
            except OSError:
                return
    """,
    "an exception that is bound and raised later": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            last = None
            try:
                work(u)
            except ValueError as e:
                last = e
            if last:
                raise last  #: LOST: raises
            r.close()  #: closed
    """,
    "a handler for a status": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                r.raise_for_status()
            except OSError:
                r.close()
                raise
            r.close()  #: closed
    """,
    "a handler for a status that may be it": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                r.raise_for_status()
            except EnvironmentError:
                pass
            r.close()  #: closed
    """,
    "a response in an error of its own": """
        class Bad(Exception):
            def __init__(self, r):
                self.r = r

        def run(u):
            r = requests.get(u, stream=True)  #: never
            if not r.ok:
                raise Bad(r)  #: kept: raised
            r.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", RAISED.values(), ids=RAISED)
def test_raised(source: str) -> None:
    """Exceptions and what is done on the way out."""
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


HANDLERS = {
    "a raise of the same": """
        r = requests.get(u, stream=True)  #: on error
        try:
            r.raise_for_status()
        except requests.HTTPError:
            raise  #: LOST: raises
        r.close()  #: closed
    """,
    "a raise of the same, caught outside": """
        r = requests.get(u, stream=True)  #: never
        try:
            try:
                raise ValueError(u)
            except ValueError:
                raise
        except ValueError:
            r.close()
            return
        r.close()
    """,
    "a raise of the same, not caught outside": """
        r = requests.get(u, stream=True)  #: on error
        try:
            try:
                raise ValueError(u)
            except ValueError:
                raise  #: LOST: raises
        except KeyError:
            pass
        r.close()
    """,
    "a raise after a handler": """
        r = requests.get(u, stream=True)  #: never
        try:
            work(u)
        except ValueError:
            pass
        try:
            raise KeyError(u)
        except KeyError:
            pass
        r.close()
    """,
    "handlers that go on": """
        r = requests.get(u, stream=True)  #: never
        try:
            work(u)
        except ValueError:
            u = 1
        except KeyError:
            u = 2
        else:
            u = 3
        print(u)
        r.close()  #: closed
    """,
    "handlers that return": """
        r = requests.get(u, stream=True)  #: on error
        try:
            work(u)
        except ValueError:
            return  #: LOST: returns (weak)
        except KeyError:
            u = 2
        r.close()  #: closed
    """,
    "a nested try with finally": """
        r = requests.get(u, stream=True)  #: never
        try:
            try:
                work(u)
            finally:
                print(u)
        finally:
            r.close()  #: closed
    """,
    "return in finally": """
        r = requests.get(u, stream=True)  #: always
        try:
            work(u)
        finally:
            return  #: LOST: returns; LOST: returns (weak)
    """,
    "break in a handler": """
        for v in u:
            r = requests.get(v, stream=True)  #: on error
            try:
                work(v)
            except ValueError:
                break
            r.close()  #: closed
        #: LOST: ends (weak)
    """,
    "continue in a handler": """
        for v in u:
            r = requests.get(v, stream=True)  #: LOST: overwritten (weak); LOST: raises (weak); on error
            try:
                work(v)
            except ValueError:
                continue
            r.close()  #: closed
        #: LOST: ends (weak)
    """,
}


@pytest.mark.parametrize("body", HANDLERS.values(), ids=HANDLERS)
def test_handlers(body: str) -> None:
    """Exceptions that are raised again, and where handlers lead."""
    check(inside(body))


FAILING = {
    "joined with text": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            x = "a" + u + str(r)
            r.close()  #: closed
    """,
    "a call among operands": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            x = 1 + work(u) + 2  #: LOST: raises (weak)
            r.close()  #: closed
    """,
    "an error that is never closed": """
        def run(u):
            try:
                return urllib.request.urlopen(u).read()  #: never; read; error; raised
            except urllib.error.HTTPError as e:
                saved = e
            return saved.code  #: kept
    """,
    "two handlers with names": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            except ValueError as e:
                last = e
                r.close()
                raise
            r.close()  #: closed
    """,
    "finally": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            finally:
                r.close()  #: closed
    """,
    "finally with a step that may fail": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            finally:
                done(u)  #: LOST: raises (cleanup)
                r.close()  #: closed
    """,
    "else of try": """
        def run(u):
            try:
                r = requests.get(u, stream=True)  #: never
            except OSError:
                return
            else:
                r.close()  #: closed
    """,
    "star handlers": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            except* ValueError:
                pass
            r.close()  #: closed
    """,
    "bare handler": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            except:
                pass
            r.close()  #: closed
    """,
    "handler that raises again": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            except Exception:
                r.close()
                raise
            r.close()  #: closed
    """,
    "handler that raises another": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            try:
                work(u)
            except Exception as e:
                raise ValueError(u) from e  #: LOST: raises (weak)
            r.close()  #: closed
    """,
    "cancelled, with handler": """
        async def run(u):
            s = requests.get(u, stream=True)  #: never
            try:
                await asyncio.sleep(1)  #: LOST: raises (cancel)
            except Exception:
                pass
            s.close()  #: closed
    """,
    "cancelled, with its handler": """
        async def run(u):
            s = requests.get(u, stream=True)  #: never
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                pass
            s.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", FAILING.values(), ids=FAILING)
def test_failing(source: str) -> None:
    """Where an exception leads."""
    check(source)
