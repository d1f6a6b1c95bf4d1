"""Framework tables of the user's own: the documented example, each way to read them, one line for every mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.cache import open_cache
from flake8_httpleak.cli.main import main
from flake8_httpleak.clients.problems import TableError
from flake8_httpleak.frameworks.catalog import load_user_frameworks
from flake8_httpleak.options import Options
from tests.conftest import Flake8

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-framework.md"
WORKER = """
import requests
from acme.jobs import queue


@queue.worker
def on_message(message):
    with requests.Session() as session:
        return session.post("https://api.example.com/", data=message, timeout=5)
"""
CASES = {
    "decorator": ("import acme.jobs\n@acme.jobs.task\ndef run(x):\n{}", True),
    "any decorator": ("import acme.jobs\nqueue = acme.jobs.Queue()\n@queue.worker\ndef run(x):\n{}", True),
    "parameter": ("from acme.jobs import Message\ndef run(message: Message):\n{}", True),
    "registrar": ("import acme.jobs\ndef run(x):\n{}\nacme.jobs.bus().subscribe('news', run)", True),
    "name": ("import acme.jobs\ndef process_event(event, context):\n{}", True),
    "name with other parameters": ("import acme.jobs\ndef process_event(event):\n{}", False),
    "base": ("from acme.jobs import Consumer\nclass C(Consumer):\n  def handle(self):\n  {}", True),
    "another method": ("from acme.jobs import Consumer\nclass C(Consumer):\n  def send(self):\n  {}", False),
    "once": ("import acme.jobs\nqueue = acme.jobs.Queue()\n@queue.worker\n@queue.at_start\ndef run(x):\n{}", False),
    "not imported": ("import other\nqueue = other.Queue()\n@queue.worker\ndef run(x):\n{}", False),
}
BODY = "  import requests\n  with requests.Session() as s: return s.get('https://example.com/')"


def example(start: str) -> str:
    """The first TOML block of the how-to that starts like this."""
    blocks: list[str] = re.findall(r"```toml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    return next(block for block in blocks if block.startswith(start))


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    """The worked example of the how-to, as a file."""
    path = tmp_path / "jobs.toml"
    path.write_text(example("# jobs.toml"), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", CASES)
def test_the_worked_example(jobs: Path, name: str) -> None:
    """Every kind of declaration in it works, and nothing beyond it."""
    source, is_handler = CASES[name]
    body = BODY.replace("\n", "\n  ") if "class" in source else BODY
    found = analyze(source.format(body), "service.py", Options(frameworks=(str(jobs),)))
    assert [one.code for one in found] == ["HTL302"] * is_handler
    assert analyze(source.format(body), "service.py", Options()) == []


def test_words(tmp_path: Path) -> None:
    """Words for rare events, names of starters, names of the current call, bases of single objects, stand-ins add to ours."""
    path = tmp_path / "words.toml"
    path.write_text(example('name = "acme.words"'), encoding="utf-8")
    assert load_user_frameworks((str(path),)) == ("acme.words",)
    kept = "import requests\nclass Probe:\n  def __init__(self, url):\n    self.url = url\n  def {}(self):\n"
    call = "    with requests.Session() as s: return s.get(self.url + '/state')\n"
    for method, usual in (("calibrate", ["HTL303"]), ("measure", ["HTL303"])):
        source = kept.format(method) + call
        assert [one.code for one in analyze(source, "probe.py", Options())] == usual
        own = [] if method == "calibrate" else usual
        assert [one.code for one in analyze(source, "probe.py", Options(frameworks=(str(path),)))] == own
    user = "import requests\nfrom acme.context import user\ndef lambda_handler(event, context):\n"
    user += "  with requests.Session() as s:\n    s.auth = user.login\n    return s.get('https://example.com/')\n"
    assert [one.code for one in analyze(user, "probe.py", Options())] == ["HTL302"]
    assert analyze(user, "probe.py", Options(frameworks=(str(path),))) == []
    boot = "import requests\nclass Probe:\n  def boot(self, paths):\n    for path in paths:\n" + call.replace("    ", "      ")
    assert [one.code for one in analyze(boot, "probe.py", Options())] == ["HTL301"]
    assert analyze(boot, "probe.py", Options(frameworks=(str(path),))) == []
    plugin = "import requests\nfrom acme.plugins import Plugin\nclass Probe(Plugin):\n  def __init__(self):\n"
    plugin += "    self.session = requests.Session()\n"
    assert [one.code for one in analyze(plugin, "probe.py", Options())] == ["HTL204"]
    assert analyze(plugin, "probe.py", Options(frameworks=(str(path),))) == []
    offline = "import requests\nfrom acme.testing import offline\ndef state():\n  with offline():\n"
    offline += "    session = requests.Session()\n    return session.get('https://example.com/').text\n"
    assert [one.code for one in analyze(offline, "probe.py", Options())] == ["HTL201"]
    assert analyze(offline, "probe.py", Options(frameworks=(str(path),))) == []


def test_flake8(flake8: Flake8, jobs: Path, tmp_path: Path) -> None:
    """From flake8's configuration, relative to it, and from the command line."""
    (tmp_path / "a.py").write_text(WORKER, encoding="utf-8")
    assert flake8("--isolated", "--select=HTL", "a.py").stdout == ""
    assert "HTL302" in flake8("--isolated", "--select=HTL", f"--httpleak-frameworks={jobs}", "a.py").stdout
    (tmp_path / ".flake8").write_text("[flake8]\nhttpleak-frameworks = ./jobs.toml\n", encoding="utf-8")
    assert "HTL302" in flake8("a.py").stdout


def test_the_command(jobs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """From `[tool.httpleak]`, and from the command line."""
    folder = jobs.parent
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    (folder / "a.py").write_text(WORKER, encoding="utf-8")
    assert main(["check", "--no-cache", "a.py"]) == 0
    assert main(["check", "--no-cache", "--frameworks=jobs.toml", "a.py"]) == 1
    (folder / "pyproject.toml").write_text('[tool.httpleak]\nframeworks = ["jobs.toml"]\n', encoding="utf-8")
    assert main(["check", "--no-cache", "a.py"]) == 1
    assert capsys.readouterr().out.count("HTL302") == 2


def test_the_cache(jobs: Path, tmp_path: Path) -> None:
    """A result is found only if the table is as it was."""
    keys = []
    for text in ("", "\n[hot]\ndecorators = ['*.often']\n"):
        jobs.write_text(jobs.read_text(encoding="utf-8") + text, encoding="utf-8")
        cache = open_cache(tmp_path / "cache", Options(frameworks=(str(jobs),)))
        assert cache is not None
        keys.append(cache.key(b"import requests", "a.py"))
    none = open_cache(tmp_path / "cache", Options())
    assert none is not None
    assert len({*keys, none.key(b"import requests", "a.py")}) == 3


BAD = [
    (b'name = "a"\n[handler]\n', ":2: handler: unknown key; did you mean 'handlers'?"),
    (b'name = "a"\nzzz = 1', ":2: zzz: unknown key; allowed: name, schema, roots,"),
    (b'name = "a"\n[handlers]\ndecorator = []', ":3: handlers.decorator: unknown key; did you mean 'decorators'?"),
    (b'name = "a"\n[handlers]\ndecorators = "x"', ":3: handlers.decorators: expected `array`, got `str`"),
    (b'name = "a"\n[once]\ndecorators = ["a.b", 1]', r":3: once.decorators\[1\]: expected `str`, got `int`"),
    (
        b'name = "a"\n[once]\ndecorators = ["get"]',
        r":3: once.decorators\[0\]: 'get' is no full name; write it with its package, or '\*.get'",
    ),
    (b'name = "a"\n[hot]\nregistrars = { add = 1 }', r":3: hot.registrars.add: 'add' is no full name"),
    (b'name = "a"\n[hot]\nregistrars = { "*.add" = -1 }', r":3: hot.registrars\S*: expected `int` >= 0"),
    (b'name = "a"\n[lends]\nparameters = ["Request"]', r":3: lends.parameters\[0\]: 'Request' is no full name; .* package$"),
    (
        b'name = "a"\n[stand_ins]\nmocker = ["requests"]',
        ":3: stand_ins.mocker: 'mocker' is no full name; write it with its package$",
    ),
    (b'name = "a"\n[hot.bases]\nView = ["get"]', ":3: hot.bases.View: 'View' is no full name; write it with its package$"),
    (b'roots = ["a"]', ":1: object missing required field `name`"),
    (b'name = "a"\nschema = 2', ":2: schema: invalid enum value 2; allowed: 1"),
    (b"name = ", "is not TOML"),
    (b'name = "\xff"', "is not UTF-8 text"),
]


@pytest.mark.parametrize(("content", "message"), BAD)
def test_mistakes(tmp_path: Path, content: bytes, message: str) -> None:
    """One line: file, line, key, what is allowed."""
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(TableError) as caught:
        load_user_frameworks((str(path),))
    said = str(caught.value)
    assert "\n" not in said
    assert said.startswith(str(path))
    assert re.search(message, said)


def test_mistakes_end_the_run(
    flake8: Flake8, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """flake8 and the command say the line and stop."""
    (tmp_path / "a.py").write_text(WORKER, encoding="utf-8")
    done = flake8("--isolated", "--httpleak-frameworks=none.toml", "a.py")
    assert re.search(
        r"^httpleak-frameworks: .*none\.toml: cannot be read \(No such file or directory\)$", done.stdout, re.MULTILINE
    )
    assert done.returncode == 1
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--isolated", "--frameworks=none.toml", "a.py"]) == 2
    assert re.fullmatch(r"httpleak: frameworks: \S*none\.toml: cannot be read \(.*\)\n", capsys.readouterr().err)


def test_the_mistake_of_the_how_to(jobs: Path) -> None:
    """The line that the page shows is what is said."""
    jobs.write_text(
        jobs.read_text(encoding="utf-8").replace('decorators = ["*.worker"', 'decorator = ["*.worker"'), encoding="utf-8"
    )
    with pytest.raises(TableError) as caught:
        load_user_frameworks((str(jobs),))
    shown = re.findall(r"```text\n(.*?)\n```", HOW_TO.read_text(encoding="utf-8"))
    assert [str(caught.value).replace(str(jobs), "jobs.toml")] == shown
