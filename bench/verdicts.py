"""What readers found about reports: kept in `verdicts.jsonl`, compared with what is reported now."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.corpus import HERE, CorpusError
from bench.reports import Report

VERDICTS = HERE / "verdicts.jsonl"
WORDS = ("right", "wrong", "arguable")

Key = tuple[str, str, str]
"""Package, fingerprint, code."""


@dataclass(frozen=True, slots=True, order=True)
class Verdict:
    """One judged report. `second` is what somebody else said who judged it again without knowing the first verdict."""

    package: str
    path: str
    code: str
    fingerprint: str
    version: str
    verdict: str
    reason: str
    second: str = ""
    second_reason: str = ""

    @property
    def key(self) -> Key:
        """What it is recognised by."""
        return self.package, self.fingerprint, self.code


@dataclass(frozen=True, slots=True)
class Comparison:
    """Reports against verdicts: wrong ones that are back, right ones that are gone, new ones to judge."""

    back: tuple[tuple[Report, Verdict], ...]
    gone: tuple[tuple[Verdict, str], ...]
    """With the code that is now reported at the same place, if any."""
    new: tuple[Report, ...]


def key(report: Report) -> Key:
    """What a report is recognised by."""
    return report.package, report.fingerprint, report.code


def read(path: Path | None = None) -> list[Verdict]:
    """All verdicts; raises CorpusError for a row that is not one."""
    path = path or VERDICTS
    if not path.is_file():
        return []
    return [_checked(Verdict, row, path, number) for number, row in enumerate(_rows(path), 1)]


def write(verdicts: Iterable[Verdict], path: Path | None = None) -> None:
    """Keep verdicts, in a fixed order, one on each line."""
    rows = (json.dumps({name: value for name, value in asdict(verdict).items() if value}) for verdict in sorted(verdicts))
    (path or VERDICTS).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def judge(file: Path, reports: Mapping[Key, Report], verdicts: Iterable[Verdict], *, second: bool = False) -> list[Verdict]:
    """Enter judgements: JSON lines with package, fingerprint, code, verdict and reason.

    reports: the reports of the last run, by key. verdicts: those so far; a new one for the same report replaces the old one.
    second: these are second opinions on reports that are judged already; they are kept beside the first. One that differs
    needs a reason.
    Returns all verdicts. Raises CorpusError for a report that does not exist, a bad word or a missing reason.
    """
    known = {verdict.key: verdict for verdict in verdicts}
    for number, row in enumerate(_rows(file), 1):
        place = f"{file.name}:{number}"
        try:
            name = (str(row["package"]), str(row["fingerprint"]), str(row["code"]))
            word, reason = str(row["verdict"]), str(row.get("reason", ""))
        except KeyError as error:
            raise CorpusError(f"{place}: {error.args[0]} is missing") from None
        if word not in WORDS:
            raise CorpusError(f"{place}: a verdict is one of {', '.join(WORDS)}, not '{word}'")
        if second:
            if name not in known:
                raise CorpusError(f"{place}: {' '.join(name)} has no first verdict")
            if word != known[name].verdict and not reason.strip():
                raise CorpusError(f"{place}: {' '.join(name)}: a reason is needed, the first verdict was another")
            known[name] = replace(known[name], second=word, second_reason=reason.strip())
        else:
            if name not in reports or not reason.strip():
                raise CorpusError(
                    f"{place}: {' '.join(name)}: " + ("a reason is needed" if name in reports else "no such report")
                )
            report = reports[name]
            known[name] = Verdict(
                report.package, report.path, report.code, report.fingerprint, report.version, word, reason.strip()
            )
    return list(known.values())


def compare(reports: Iterable[Report], verdicts: Iterable[Verdict], versions: Mapping[str, str]) -> Comparison:
    """Set reports against verdicts.

    versions: package -> version, of the packages that were analysed. A right report is gone only if the package is the same
    version as when it was judged; a wrong one comes back in any version.
    """
    now = {key(report): report for report in reports}
    judged = {verdict.key: verdict for verdict in verdicts}
    places = {name[:2]: name[2] for name in now}
    back = tuple((report, judged[name]) for name, report in now.items() if name in judged and judged[name].verdict == "wrong")
    gone = tuple(
        (verdict, places.get(name[:2], ""))
        for name, verdict in judged.items()
        if verdict.verdict == "right" and versions.get(verdict.package) == verdict.version and name not in now
    )
    return Comparison(back, gone, tuple(report for name, report in now.items() if name not in judged))


def table(reports: Iterable[Report], verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Lines of a table: for each code reports, how they were judged, and the share of right ones among right and wrong."""
    judged = {verdict.key: verdict for verdict in verdicts}
    counts: dict[str, Counter[str]] = {}
    for report in reports:
        verdict = judged.get(key(report))
        for code in (report.code, "all"):
            row = counts.setdefault(code, Counter())
            row["reports"] += 1
            row[verdict.verdict if verdict else "open"] += 1
            if verdict and verdict.second:
                row["twice"] += 1
                row["agreed"] += verdict.second == verdict.verdict
    yield f"{'code':<8}{'reports':>8}{'right':>8}{'wrong':>8}{'arguable':>10}{'open':>8}{'precision':>11}{'agreed twice':>14}"
    for code in sorted(counts, key=lambda code: (code == "all", code)):
        row = counts[code]
        decided = row["right"] + row["wrong"]
        share = f"{row['right'] / decided:.1%}" if decided else "-"
        twice = f"{row['agreed']} of {row['twice']}" if row["twice"] else "-"
        numbers = f"{row['reports']:>8}{row['right']:>8}{row['wrong']:>8}{row['arguable']:>10}{row['open']:>8}"
        yield f"{code:<8}{numbers}{share:>11}{twice:>14}"


def _rows(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CorpusError(f"{path.name}:{number}: {error}") from None
            if not isinstance(row, dict):
                raise CorpusError(f"{path.name}:{number}: a JSON object is needed")
            found.append(row)
    return found


def _checked(kind: type[Verdict], row: dict[str, object], path: Path, number: int) -> Verdict:
    try:
        verdict = kind(**{name: str(value) for name, value in row.items()})
    except TypeError as error:
        raise CorpusError(f"{path.name}:{number}: {error}") from None
    if verdict.verdict not in WORDS or not verdict.reason or verdict.second not in (*WORDS, ""):
        raise CorpusError(f"{path.name}:{number}: a verdict ({', '.join(WORDS)}) and a reason are needed")
    return verdict
