"""Comments on definitions: `# httpleak: takes NAME` and `# httpleak: releases NAME`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.cli.main import main
from flake8_httpleak.options import Options
from flake8_httpleak.source.declared import mistakes

USE = "import requests\n{}\ndef use(u):\n    {}\n"
GET = "requests.get(u, stream=True)"
TAKES = "# httpleak: takes r"
BODY = "\n    print(r.status_code)\n"
SAID = {
    "on the line of def": f"def f(r):  {TAKES}{BODY}",
    "among other comments": f"def f(r):  # noqa: D103  {TAKES}  # ours{BODY}",
    "below def": f"def f(r):\n    {TAKES}{BODY}",
    "beside the parameter": f"def f(\n    r,  {TAKES}\n    *,\n    x=1,\n):{BODY}",
    "behind the parameters": f"def f(\n    r,\n) -> None:  {TAKES}{BODY}",
    "on one line": f"def f(r): print(r.status_code)  {TAKES}",
    "with a decorator": f"@print\n@print\ndef f(r):  {TAKES}{BODY}",
    "of several": f"def f(r, s=None):  # httpleak: takes s, r{BODY}",
    "twice": f"def f(r, s=None):  # httpleak: takes s{BODY.replace(BODY[1:5], '    # httpleak: takes r' + chr(10) + '    ', 1)}",
    "releases": f"def f(r):  # httpleak: releases r{BODY}",
    "without blanks": f"def f(r):  #httpleak:takes r{BODY}",
}


def codes(source: str) -> list[str]:
    """The codes that are reported."""
    return [one.code for one in analyze(source, "a.py", Options())]


@pytest.mark.parametrize("definition", SAID.values(), ids=SAID)
def test_it_counts(definition: str) -> None:
    """Wherever on the definition it stands; without it the response is lost."""
    ast.parse(definition)
    assert codes(USE.format(definition, f"f({GET})")) == []
    silent = definition.replace("httpleak", "httpleek")
    assert codes(USE.format(silent, f"f({GET})")) == ["HTL101"]


@pytest.mark.parametrize(
    "definition",
    [
        f"def f(r):  # httpleak: takes s{BODY}",
        f"def f(r):  # httpleak: keeps r{BODY}",
        f"def f(r):  # httpleak: takes{BODY}",
        f"def f(r):{BODY}    {TAKES}\n",
        f"{TAKES}\ndef f(r):{BODY}",
        f"def f(r, s='{TAKES}'):  # no comment{BODY}".replace("'# httpleak", "'httpleak"),
        f"def f(r):\n    '''{TAKES}'''{BODY}",
    ],
)
def test_it_does_not_count(definition: str) -> None:
    """Another parameter, another word, another place, a string."""
    assert codes(USE.format(definition, f"f({GET})")) == ["HTL101"]


def test_releases_holds_whatever_happens() -> None:
    """In a `finally`, and with two things to release."""
    done = "def done(a, b):  # httpleak: releases a, b\n    print(a)\n"
    use = f"r = {GET}\n    s = requests.Session()\n    try:\n        s.get(u)\n        r.raise_for_status()\n"
    use += "    finally:\n        done(r, s)"
    assert codes(USE.format(done, use)) == []
    assert codes(USE.format(done, f"done({GET}, requests.Session())")) == []


def test_takes_is_no_release() -> None:
    """What was handed over may still be lost before that."""
    keep = f"def keep(r):  {TAKES}\n    print(r)\n"
    assert codes(USE.format(keep, f"r = {GET}\n    r.raise_for_status()\n    keep(r)")) == ["HTL103"]


def test_methods() -> None:
    """Methods, abstract ones, coroutine functions, and the object itself."""
    source = (
        f"class S:\n    def put(self, r): ...  {TAKES}\n    async def end(self, r):  # httpleak: releases r\n        await x()\n"
    )
    assert codes(USE.format(source, f"S().put({GET})")) == []
    coroutine = USE.format(source, f"await S().end({GET})").replace("def use", "async def use")
    assert codes(coroutine) == []
    own = "class S:\n    def __init__(self):\n        self.s = requests.Session()\n"
    own += "    def end(self):  # httpleak: releases self\n        x(self.y)\n"
    assert "HTL201" not in codes(USE.format(own, "s = S()\n    s.s.get(u)\n    s.end()"))


def test_nested_functions() -> None:
    """A function inside another one."""
    use = f"def f(r):  {TAKES}\n        print(r)\n    f({GET})"
    assert codes(USE.format("", use)) == []


def said(source: str) -> list[tuple[int, str]]:
    """What is wrong with the comments of a text."""
    return list(mistakes(ast.parse(source), source.splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("def f(respons):  # httpleak: takes response\n    pass\n", "'f' has no parameter 'response'; did you mean 'respons'?"),
        ("def f(x):  # httpleak: takes response\n    pass\n", "'f' has no parameter 'response'"),
        ("def f(r):  # httpleak: take r\n    pass\n", "write 'takes NAME' or 'releases NAME'"),
        ("def f(r):  # httpleak: takes\n    pass\n", "write 'takes NAME' or 'releases NAME'"),
        ("# httpleak: takes r\ndef f(r):\n    pass\n", "it stands on no 'def'"),
        ("def f(r):\n    pass\n    # httpleak: takes r\n    pass\n", "it stands on no 'def'"),
        ("x = 1  # httpleak: releases x\n", "it stands on no 'def'"),
    ],
)
def test_mistakes(source: str, wrong: str) -> None:
    """One line each: what is written, what is wrong, what to write."""
    ((line, text),) = said(source)
    assert "httpleak:" in source.splitlines()[line - 1]
    assert text.startswith("'# httpleak: ")
    assert text.endswith(f"': {wrong}")


def test_no_mistakes() -> None:
    """Comments that can be used, of inner functions too, and strings."""
    assert (
        said("def f(a, *b, c, **d):  # httpleak: takes a, b, c, d\n    def g(x):  # httpleak: releases x\n        pass\n") == []
    )
    assert said("x = '# httpleak: nonsense'\n") == []
    assert said("x = 1\n") == []


def test_the_command_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the findings, and again from the cache."""
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text("import requests\n\n\ndef f(r):  # httpleak: takes s\n    return r\n", encoding="utf-8")
    for _ in range(2):
        assert main(["check", "--isolated", "--cache-dir=cache", "a.py"]) == 0
        assert capsys.readouterr().err == "a.py:4: warning: '# httpleak: takes s': 'f' has no parameter 's'\n"
