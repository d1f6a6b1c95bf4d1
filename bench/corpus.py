"""The published packages that everything here runs on: pinned, downloaded, unpacked outside the repository.

Their code is read, never imported, run or kept in the repository.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flake8_httpleak.gate import client_roots

HERE = Path(__file__).resolve().parent
PINS = HERE / "corpus.toml"
RESERVED = HERE.parent.parent / "shared" / "reserved-packages.txt"
# Copies of other packages; some of them are reserved ones.
COPIES = frozenset({"_vendor", "_vendored", "third_party", "vendor", "vendored"})
# The same wheel on every machine, so that everybody judges the same lines.
TARGET = (
    *("--only-binary=:all:", "--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=abi3", "--abi=none"),
    *("--platform=manylinux_2_28_x86_64", "--platform=manylinux_2_17_x86_64", "--platform=manylinux2014_x86_64"),
)


class CorpusError(Exception):
    """A package that must not or cannot be used; the text is one line."""


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned package: where it comes from, whether the speed bench uses it, whether the recall sample was drawn from it."""

    name: str
    version: str
    sha256: str
    speed: bool = False
    sample: bool = True

    @property
    def folder(self) -> str:
        """The name of the folder with its files."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a package. `path` is relative to the package's folder, with slashes."""

    package: Package
    path: str
    file: Path


def normal(name: str) -> str:
    """A package's name as the registry compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(path: Path | None = None) -> list[Package]:
    """The pinned packages, without looking at the reserved ones."""
    return [Package(**row) for row in tomllib.loads((path or PINS).read_text(encoding="utf-8"))["packages"]]


def refuse_reserved(packages: Iterable[Package], path: Path | None = None) -> None:
    """Raise CorpusError if one of the packages is a reserved one, or lives in a reserved repository.

    path: the list of reserved names; it is kept outside the repository, and nothing is refused where it is absent.
    """
    path = path or RESERVED
    if not path.is_file():
        return
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    names = {normal(part) for line in lines if line and not line.startswith("#") for part in {line, line.rpartition("/")[2]}}
    refused = sorted(package.name for package in packages if normal(package.name) in names)
    if refused:
        raise CorpusError(f"reserved packages must not be read: {', '.join(refused)}; take them out of {PINS.name}")


def corpus_home() -> Path:
    """Where the packages are kept: $HTTPLEAK_CORPUS, or a folder in the platform's cache; never in the repository."""
    given = os.environ.get("HTTPLEAK_CORPUS")
    if given:
        home = Path(given).resolve()
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Caches" / "flake8-httpleak" / "corpus"
    elif sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "flake8-httpleak" / "corpus"
    else:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flake8-httpleak" / "corpus"
    if home.is_relative_to(HERE.parent):
        raise CorpusError(f"HTTPLEAK_CORPUS={given} lies in the repository; choose a folder outside it")
    return home


def load(names: Iterable[str] = (), *, speed: bool = False) -> list[Package]:
    """Choose among the pinned packages, refuse reserved ones, and see to it that the chosen ones are unpacked.

    names: only these; all if empty. speed: only those that the speed bench uses.
    Raises CorpusError for an unknown or reserved name and for a package that cannot be had.
    """
    pins = read_pins()
    refuse_reserved(pins)
    wanted = {normal(name) for name in names}
    unknown = sorted(wanted - {package.name for package in pins})
    if unknown:
        raise CorpusError(f"not in {PINS.name}: {', '.join(unknown)}")
    chosen = [package for package in pins if (not wanted or package.name in wanted) and (package.speed or not speed)]
    home = corpus_home()
    for package in chosen:
        if not (home / "src" / package.folder).is_dir():
            _unpack(package, _wheel(package, home / "dl"), home / "src")
    return chosen


def sources(packages: Iterable[Package]) -> Iterator[Source]:
    """Every Python file of the packages, in a fixed order."""
    for package in packages:
        root = corpus_home() / "src" / package.folder
        found = sorted((file.relative_to(root).as_posix(), file) for file in root.rglob("*.py"))
        yield from (Source(package, path, file) for path, file in found)


def parse(file: Path) -> ast.Module | None:
    """The syntax tree of a file; None if Python cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(file.read_bytes(), file.name)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def imports_client(file: Path) -> bool:
    """Whether the gate lets this file through."""
    tree = parse(file)
    return tree is not None and bool(client_roots(tree))


def _wheel(package: Package, folder: Path) -> Path:
    """The package's wheel, from the folder or the registry; raises CorpusError if it is not the pinned one."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "[-_.]+".join(re.escape(part) for part in package.name.split("-"))
    pattern = re.compile(rf"{name}-{re.escape(package.version)}-.*\.whl", re.IGNORECASE)

    def kept() -> list[Path]:
        return [file for file in folder.glob("*.whl") if pattern.fullmatch(file.name)]

    if not kept():
        print(f"fetching {package.folder}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--disable-pip-version-check", *TARGET]
        run = subprocess.run([*command, "--dest", str(folder), f"{package.name}=={package.version}"], check=False)
        if run.returncode or not kept():
            raise CorpusError(f"pip cannot fetch {package.name}=={package.version} (exit code {run.returncode})")
    wheel = kept()[0]
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != package.sha256:
        raise CorpusError(f"{wheel.name} is not the file that {PINS.name} pins; delete it from the corpus folder and try again")
    return wheel


def _unpack(package: Package, wheel: Path, folder: Path) -> None:
    """Write the Python files of a wheel, without its copies of other packages."""
    partial = folder / f".{package.folder}.{os.getpid()}"
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            path = PurePosixPath(name)
            if path.suffix == ".py" and ".." not in path.parts and COPIES.isdisjoint(path.parts):
                archive.extract(name, partial)
    partial.mkdir(parents=True, exist_ok=True)
    target = folder / package.folder
    if target.is_dir():  # another process was faster
        shutil.rmtree(partial)
    else:
        partial.replace(target)
