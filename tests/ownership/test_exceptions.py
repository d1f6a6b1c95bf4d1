"""Exceptions: what may raise, who takes it, what `finally` does on each way out."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

HANDLERS = {
    "finally closes": """
        r = requests.get(u, stream=True)  #: never
        try:
            load(r.status_code)
        finally:
            r.close()  #: closed
    """,
    "the handler closes and raises": """
        r = requests.get(u, stream=True)  #: never
        try:
            load(r.status_code)
        except Exception:
            r.close()
            raise
        r.close()  #: closed
    """,
    "the handler closes and goes on": """
        r = requests.get(u, stream=True)  #: never
        try:
            load(r.status_code)
        except Exception:
            r.close()
            return
        r.close()  #: closed
    """,
    "the handler forgets": """
        r = requests.get(u, stream=True)  #: on error
        try:
            load(r.status_code)
        except Exception:
            return  #: LOST: returns (weak)
        r.close()  #: closed
    """,
    "the handler forgets and the code behind it closes": """
        r = requests.get(u, stream=True)  #: never
        try:
            load(r.status_code)
        except Exception:
            pass
        r.close()  #: closed
    """,
    "a handler of another class": """
        r = requests.get(u, stream=True)  #: on error
        try:
            raise KeyError(u)  #: LOST: raises
        except ValueError:
            r.close()
    """,
    "a handler of the class": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise KeyError(u)
        except KeyError:
            r.close()
    """,
    "a handler of a class above": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise KeyError(u)
        except LookupError:
            r.close()
    """,
    "a handler of several classes": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise KeyError(u)
        except (ValueError, KeyError):
            r.close()
    """,
    "a handler of several classes, none of them": """
        r = requests.get(u, stream=True)  #: on error
        try:
            raise KeyError(u)  #: LOST: raises
        except (ValueError, TypeError):
            r.close()
    """,
    "a bare handler": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise KeyError(u)
        except:
            r.close()
    """,
    "a handler of everything": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise SystemExit(u)
        except BaseException:
            r.close()
            raise
    """,
    "a handler of Exception does not take the end of the program": """
        r = requests.get(u, stream=True)  #: on error
        try:
            raise SystemExit(u)  #: LOST: raises
        except Exception:
            r.close()
    """,
    "the second handler takes it": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise KeyError(u)
        except ValueError:
            pass
        except KeyError:
            r.close()
    """,
    "the first of two handlers takes it": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise KeyError(u)
        except LookupError:
            r.close()
        except KeyError:
            pass
    """,
    "an exception that is not known may pass every handler but the broad one": """
        r = requests.get(u, stream=True)  #: on error
        try:
            load(u)
        except ValueError:
            return  #: LOST: returns (weak)
        except Exception:
            r.close()
            return
        r.close()  #: closed
    """,
    "an exception of the file": """
        r = requests.get(u, stream=True)  #: never
        class Failed(ValueError):
            pass
        try:
            raise Failed(u)
        except ValueError:
            r.close()
    """,
    "an exception of the file, its own handler": """
        r = requests.get(u, stream=True)  #: never
        class Failed(Exception):
            pass
        try:
            raise Failed(u)
        except Failed:
            r.close()
    """,
    "an exception of the file, another handler": """
        r = requests.get(u, stream=True)  #: on error
        class Failed(Exception):
            pass
        try:
            raise Failed(u)  #: LOST: raises
        except ValueError:
            r.close()
    """,
    "the library's own exception": """
        r = requests.get(u, stream=True)  #: never
        try:
            r.raise_for_status()
        except requests.HTTPError:
            r.close()
            raise
        r.close()  #: closed
    """,
    "the library's exception passes a handler of something plain": """
        r = requests.get(u, stream=True)  #: on error
        try:
            r.raise_for_status()  #: LOST: raises
        except ValueError:
            pass
        r.close()  #: closed
    """,
    "the library's exception may be one of the system": """
        r = requests.get(u, stream=True)  #: never
        try:
            r.raise_for_status()
        except OSError:
            r.close()
            raise
        r.close()  #: closed
    """,
    "the library's exception may be one of another library": """
        r = requests.get(u, stream=True)  #: never
        try:
            r.raise_for_status()
        except other.Error:
            r.close()
            raise
        r.close()  #: closed
    """,
    "an exception of another module, its sister": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise requests.ConnectionError(u)
        except requests.RequestException:
            r.close()
    """,
    "an exception of another module, a stranger": """
        r = requests.get(u, stream=True)  #: on error
        try:
            raise requests.ConnectionError(u)  #: LOST: raises
        except httpx.HTTPError:
            r.close()
    """,
    "a handler that is not known": """
        r = requests.get(u, stream=True)  #: never
        try:
            raise KeyError(u)
        except u.errors:
            r.close()
    """,
    "a tuple of handlers with a name": """
        errors = (KeyError, ValueError)
        r = requests.get(u, stream=True)  #: never
        try:
            raise KeyError(u)
        except errors:
            r.close()
    """,
    "raise again in the handler": """
        r = requests.get(u, stream=True)  #: never
        try:
            try:
                raise KeyError(u)
            except LookupError:
                raise
        except KeyError:
            r.close()
    """,
    "raise again of several": """
        r = requests.get(u, stream=True)  #: never
        try:
            try:
                load(u)
                raise KeyError(u)
            except LookupError:
                raise
        except KeyError:
            r.close()
    """,
    "raise outside of a handler": """
        r = requests.get(u, stream=True)  #: on error
        raise  #: LOST: raises
    """,
    "raise of the caught exception": """
        r = requests.get(u, stream=True)  #: on error
        try:
            raise KeyError(u)
        except KeyError as error:
            raise error  #: LOST: raises
    """,
    "raise of another exception in the handler": """
        r = requests.get(u, stream=True)  #: on error
        try:
            load(u)
        except Exception as error:
            raise ValueError(u) from error  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "acquired in the try, closed behind it": """
        try:
            r = requests.get(u, stream=True)  #: never
        except OSError:
            return None
        r.close()  #: closed
    """,
    "acquired in the try, closed in the finally": """
        r = None
        try:
            r = requests.get(u, stream=True)  #: never
            load(r.status_code)
        finally:
            if r is not None:
                r.close()  #: closed
    """,
    "acquired in the try, closed in the finally without a look": """
        try:
            r = requests.get(u, stream=True)  #: never
            load(r.status_code)
        finally:
            r.close()  #: closed
    """,
    "NameError in the finally": """
        try:
            r = requests.get(u, stream=True)  #: never
        finally:
            try:
                r.close()  #: closed
            except NameError:
                pass
    """,
    "else": """
        try:
            load(u)
        except ValueError:
            pass
        else:
            r = requests.get(u, stream=True)  #: never
            r.close()  #: closed
    """,
    "else is not guarded": """
        try:
            r = requests.get(u, stream=True)  #: never
        except ValueError:
            pass
        else:
            load(r)  #: given to 'load'
    """,
    "what the else raises passes the handlers": """
        r = requests.get(u, stream=True)  #: on error
        try:
            pass
        except Exception:
            r.close()
        else:
            load(u)  #: LOST: raises (weak)
            r.close()  #: closed
    """,
    "the whole of it": """
        r = requests.get(u, stream=True)  #: never
        try:
            load(u)
        except ValueError:
            load(1)
        else:
            load(2)
        finally:
            r.close()  #: closed
    """,
    "the exception is kept under its name": """
        try:
            load(u)
        except ValueError as error:  #: LOST: dropped
            error = requests.get(u, stream=True)  #: always
        print(u)
    """,
    "groups": """
        r = requests.get(u, stream=True)  #: never
        try:
            load(u)
        except* ValueError:
            r.close()
            return
        except* KeyError as group:
            r.close()
            return
        r.close()  #: closed
    """,
    "suppress": """
        r = requests.get(u, stream=True)  #: on error
        with contextlib.suppress(Exception):
            load(u)
            r.close()  #: closed
        #: LOST: ends (weak)
    """,
    "suppress around the closing": """
        r = requests.get(u, stream=True)  #: never
        with contextlib.suppress(Exception):
            r.close()  #: closed
    """,
    "suppress of the acquisition": """
        r = None
        with contextlib.suppress(OSError):
            r = requests.get(u, stream=True)  #: never
        if r is not None:
            r.close()  #: closed
    """,
    "suppress of something else": """
        r = requests.get(u, stream=True)  #: on error
        with contextlib.suppress(KeyError):
            r.raise_for_status()  #: LOST: raises
        r.close()  #: closed
    """,
    "suppress of nothing": """
        r = requests.get(u, stream=True)  #: on error
        with contextlib.suppress():
            r.raise_for_status()  #: LOST: raises
        r.close()  #: closed
    """,
    "suppress of what it may be": """
        r = requests.get(u, stream=True)  #: on error
        with contextlib.suppress(KeyError):
            load(u)  #: LOST: raises (weak)
            r.close()  #: closed
        #: LOST: ends (weak)
    """,
    "pytest.raises": """
        import pytest
        r = requests.get(u, stream=True)  #: on error
        with pytest.raises(ValueError):
            load(u)  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "pytest.raises of what would make it": """
        import pytest
        with pytest.raises(requests.HTTPError):
            requests.get(u, stream=True)  #: never
    """,
    "pytest.raises after it was made": """
        import pytest
        r = requests.get(u, stream=True)  #: always
        with pytest.raises(requests.HTTPError):
            r.raise_for_status()
        #: LOST: ends
    """,
    "pytest.raises of what it is not known to raise": """
        import pytest
        with pytest.raises(ValueError):
            requests.get(u, stream=True)  #: never
    """,
    "pytest.raises of what cannot raise": """
        import pytest
        r = requests.get(u, stream=True)  #: always
        with pytest.raises(ValueError):
            pass
        #: LOST: ends
    """,
    "assertRaises": """
        with self.assertRaises(requests.ConnectionError):
            requests.get(u, stream=True)  #: never
    """,
}


@pytest.mark.parametrize("body", HANDLERS.values(), ids=HANDLERS)
def test_handlers(body: str) -> None:
    """`try` and `except`."""
    check(inside(body))


FINALS = {
    "return": """
        r = requests.get(u, stream=True)  #: never
        try:
            return r.status_code
        finally:
            r.close()  #: closed
    """,
    "return of the resource that is closed then": """
        r = requests.get(u, stream=True)  #: never
        try:
            return r
        finally:
            r.close()  #: closed
    """,
    "return in the finally hides everything": """
        r = requests.get(u, stream=True)  #: always
        try:
            load(u)
        finally:
            return 1  #: LOST: returns; LOST: returns (weak)
    """,
    "break": """
        for x in u:
            r = requests.get(x, stream=True)  #: never
            try:
                break
            finally:
                r.close()  #: closed
    """,
    "continue": """
        for x in u:
            r = requests.get(x, stream=True)  #: never
            try:
                if x:
                    continue
            finally:
                r.close()  #: closed
    """,
    "continue in the finally": """
        for x in u:
            r = requests.get(x, stream=True)  #: LOST: overwritten; LOST: raises; always
            try:
                load(x)
            finally:
                continue
        #: LOST: ends
    """,
    "two returns of the same value": """
        r = requests.get(u, stream=True)  #: never
        try:
            if u:
                return 1
            if load(u):
                return 1
            return r.status_code
        finally:
            r.close()  #: closed
    """,
    "only on one way": """
        r = requests.get(u, stream=True)  #: never
        ok = False
        try:
            load(u)
            ok = True
        finally:
            if not ok:
                r.close()
        return r  #: returned
    """,
    "only on one way, and lost on the other": """
        r = requests.get(u, stream=True)  #: always
        ok = False
        try:
            load(u)
            ok = True
        finally:
            if not ok:
                r.close()
        #: LOST: ends
    """,
    "the clean-up may fail before it closes": """
        r = requests.get(u, stream=True)  #: never
        try:
            load(u)
        finally:
            flush(u)  #: LOST: raises (cleanup)
            r.close()  #: closed
    """,
    "a raise in the clean-up": """
        r = requests.get(u, stream=True)  #: never
        try:
            load(u)
        finally:
            raise ValueError  #: LOST: raises (cleanup)
    """,
    "nested": """
        a = requests.get(u, stream=True)  #: never
        try:
            b = requests.get(u, stream=True)  #: never
            try:
                load(u)
            finally:
                b.close()  #: closed
        finally:
            a.close()  #: closed
    """,
    "one of two is not closed if the closing of the other fails": """
        a = requests.get(u, stream=True)  #: on error
        b = u.open()  #: LOST: raises (weak)
        try:
            load(u)
        finally:
            b.close()  #: LOST: raises (cleanup)
            a.close()  #: closed
    """,
    "the second constructor fails": """
        a = requests.get(u, stream=True)  #: on error
        b = requests.get(u, stream=True)  #: LOST: raises; never
        try:
            load(u)
        finally:
            a.close()  #: closed
            b.close()  #: closed
    """,
    "acquired in the finally": """
        try:
            load(u)
        finally:
            r = requests.get(u, stream=True)  #: never
            r.close()  #: closed
    """,
    "lost in the finally": """
        r = requests.get(u, stream=True)  #: always
        try:
            load(u)
        finally:
            r = None  #: LOST: dropped; LOST: dropped (weak)
    """,
    "the process ends for sure": """
        import sys
        r = requests.get(u, stream=True)  #: never
        if u:
            sys.exit(1)
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", FINALS.values(), ids=FINALS)
def test_finals(body: str) -> None:
    """`finally` on every way out."""
    check(inside(body))


GRADES = {
    "attributes never raise": """
        r = requests.get(u, stream=True)  #: never
        r.headers
        r.status_code
        r.close()  #: closed
    """,
    "calm methods never raise": """
        r = requests.get(u, stream=True)  #: never
        u.append(r.status_code)
        log.info(u)
        r.close()  #: closed
    """,
    "plain calls hardly ever raise": """
        r = requests.get(u, stream=True)  #: on error
        load(u)  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "a status check raises": """
        r = requests.get(u, stream=True)  #: on error
        r.raise_for_status()  #: LOST: raises
        r.close()  #: closed
    """,
    "a status check of something unknown raises": """
        r = requests.get(u, stream=True)  #: on error
        u.raise_for_status()  #: LOST: raises
        r.close()  #: closed
    """,
    "another request raises": """
        r = requests.get(u, stream=True)  #: on error
        requests.get(u)  #: LOST: dropped; LOST: raises; always
        r.close()  #: closed
    """,
    "opening a file raises": """
        r = requests.get(u, stream=True)  #: on error
        f = open(u)  #: LOST: raises
        r.close()  #: closed
    """,
    "awaiting raises": """
        r = requests.get(u, stream=True)  #: on error
        await load(u)  #: LOST: raises; LOST: raises (cancel); LOST: raises (weak)
        r.close()  #: closed
    """,
    "awaiting sleep is calm, but may be cancelled": """
        r = requests.get(u, stream=True)  #: never
        await asyncio.sleep(1)  #: LOST: raises (cancel)
        r.close()  #: closed
    """,
    "awaiting inside of a handler of everything": """
        r = requests.get(u, stream=True)  #: never
        try:
            await asyncio.sleep(1)  #: LOST: raises (cancel)
        except Exception:
            r.close()
            raise
        r.close()  #: closed
    """,
    "a cancellation that somebody takes": """
        r = requests.get(u, stream=True)  #: never
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            r.close()
            raise
        r.close()  #: closed
    """,
    "yielding may be the end": """
        r = requests.get(u, stream=True)  #: never
        yield u  #: LOST: raises (generator)
        r.close()  #: closed
    """,
    "weak raisers do not count where somebody else takes over": """
        r = requests.get(u, stream=True)  #: never
        load(u)  #: LOST: raises (weak)
        return r  #: returned
    """,
    "strong ones do": """
        r = requests.get(u, stream=True)  #: on error
        r.raise_for_status()  #: LOST: raises
        return r  #: returned
    """,
    "a client before its first request": """
        s = requests.Session()  #: on error
        load(u)  #: LOST: raises (weak)
        s.headers.update({})
        raise_for(u)
        s.get(u)  #: LOST: raises
        s.close()  #: closed
    """,
    "a client after its first request": """
        s = requests.Session()  #: on error
        s.get(u)  #: LOST: raises
        load(u)  #: LOST: raises (weak)
        s.close()  #: closed
    """,
    "a class of this file": """
        class Local:
            pass
        r = requests.get(u, stream=True)  #: on error
        local = Local()  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "reading raises": """
        r = requests.get(u, stream=True)  #: on error
        data = r.raw.read(1)  #: LOST: raises
        r.close()  #: closed
    """,
    "a failed read closes some": """
        r = requests.get(u, stream=True)  #: never
        data = r.content  #: read
        load(u)
    """,
    "a failed read keeps others": """
        r = urllib.request.urlopen(u)  #: on error
        data = r.read()  #: LOST: raises; read
        load(u)
    """,
    "a failed read of one without a name": """
        data = urllib.request.urlopen(u).read()  #: never; read
    """,
    "several classes of exceptions": """
        r = requests.get(u, stream=True)  #: on error
        if u:
            raise ValueError  #: LOST: raises
        elif u.x:
            raise KeyError  #: LOST: raises
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", GRADES.values(), ids=GRADES)
def test_grades(body: str) -> None:
    """What it takes for a step to raise."""
    check(inside(body))
