"""Are the reports on published code right? Runs the analysis over the corpus and compares with what readers judged.

python -m bench.audit                          everything; fails if a wrong report is back or a right one is gone
python -m bench.audit run -p tweepy --flake8   one package, and the same through the real flake8
python -m bench.audit show tweepy HTL101       reports with their code, for a reader
python -m bench.audit judge FILE               enter judgements (JSON lines: package, fingerprint, code, verdict, reason)
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from bench import verdicts
from bench.corpus import CorpusError, Package, corpus_home, load, sources
from bench.reading import excerpt
from bench.reports import Report, Run, analyse, through_flake8

FIELDS = ("HTL204", "HTL205")
NEW = 40


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0 if nothing got worse, 1 if something did, 2 for a command that cannot be carried out."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or (given[0].startswith("-") and given[0] not in {"-h", "--help"}):
        given = ["run", *given]
    options = _parser().parse_args(given)
    try:
        if options.command == "show":
            return _show(options)
        if options.command == "judge":
            return _judge(options.file, second=options.second)
        return _run(options)
    except CorpusError as error:
        print(f"audit: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.audit", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="analyse and compare (what is done without a command)")
    run.add_argument("-p", "--package", action="append", default=[], metavar="NAME", help="only this package; may be repeated")
    run.add_argument("-j", "--jobs", type=int, default=2)
    run.add_argument("--flake8", action="store_true", help="run the real flake8 as well and compare")
    run.add_argument("--new", type=int, default=NEW, metavar="N", help=f"how many new reports to list (default {NEW})")
    show = commands.add_parser("show", help="print reports with the code around them")
    show.add_argument("package", help="a package, or 'all'")
    show.add_argument("code", nargs="?", default="HTL", help="a code or the beginning of one")
    show.add_argument("--open", action="store_true", help="only those that nobody has judged")
    show.add_argument("--judged", choices=verdicts.WORDS, help="only those judged so")
    show.add_argument("--from", dest="start", type=int, default=1, metavar="N")
    show.add_argument("--to", dest="stop", type=int, default=10**9, metavar="N")
    for command in (run, show):
        command.add_argument(
            "--enable", action="append", default=[], metavar="HTLn", help="an opt-in family or code; may be repeated"
        )
    judge = commands.add_parser("judge", help="enter judgements")
    judge.add_argument("file", type=Path)
    judge.add_argument("--second", action="store_true", help="a second reader's opinions on judged reports")
    return parser


def _run(options: argparse.Namespace) -> int:
    packages = load(options.package)
    run = analyse(sources(packages), tuple(options.enable), options.jobs)
    _save(run.reports, packages)
    judged = verdicts.read()
    compared = verdicts.compare(run.reports, judged, {package.name: package.version for package in packages})
    _print_times(run)
    print(*verdicts.table(run.reports, judged), sep="\n")
    for report in compared.new[: options.new]:
        print(f"new: {_line(report)}")
    if len(compared.new) > options.new:
        print(f"new: {len(compared.new) - options.new} more; `show PACKAGE --open` prints them with their code")
    for report, verdict in compared.back:
        print(f"WRONG AND BACK: {_line(report)}: {verdict.reason}")
    for verdict, now in compared.gone:
        place = f"{verdict.package}=={verdict.version} {verdict.path} {verdict.code} {verdict.fingerprint}"
        print(f"RIGHT AND GONE: {place}{f' (now {now})' if now else ''}: {verdict.reason}")
    for file in run.crashes:
        print(f"CRASH: {file.source.package.folder} {file.source.path}: {file.crash}")
    differs = _differs(run, options) if options.flake8 else False
    return 1 if compared.back or compared.gone or run.crashes or differs else 0


def _differs(run: Run, options: argparse.Namespace) -> bool:
    """Whether the real flake8 says something else than the analysis alone."""
    files = [file.source for file in run.files if file.client]
    theirs = through_flake8(files, tuple(options.enable), options.jobs)
    ours = {(report.package, report.path, report.line, report.code) for report in run.reports}
    for what, rows in (("only in flake8", theirs - ours), ("not in flake8", ours - theirs)):
        for row in sorted(rows):
            print(f"{what.upper()}: {row[0]} {row[1]}:{row[2]} {row[3]}")
    print(f"flake8: {len(theirs)} reports in {len(files)} files, {len(theirs ^ ours)} differences")
    return theirs != ours


def _print_times(run: Run) -> None:
    clients = [file for file in run.files if file.client]
    lines = sum(file.lines for file in run.files)
    print(f"{len(run.files)} files, {lines} lines, {len(clients)} files import a client; {len(run.crashes)} crashes")
    print(f"{sum(file.seconds for file in run.files):.1f} s in gate and analysis; the slowest files:")
    for file in run.slowest():
        print(f"{file.seconds * 1000:8.0f} ms {file.lines:6} lines  {file.source.package.name} {file.source.path}")


def _show(options: argparse.Namespace) -> int:
    packages = load([] if options.package == "all" else [options.package])
    run = analyse(sources(packages), tuple(options.enable))
    _save(run.reports, packages)
    judged = {verdict.key: verdict for verdict in verdicts.read()}
    files = {(file.source.package.name, file.source.path): file.source.file for file in run.files}
    number = 0
    for report in run.reports:
        verdict = judged.get(verdicts.key(report))
        wanted = not (options.open and verdict) and (not options.judged or (verdict and verdict.verdict == options.judged))
        if not report.code.startswith(options.code) or not wanted:
            continue
        number += 1
        if options.start <= number <= options.stop:
            print(f"\n=== {number} {_line(report)}\n    {report.level}, reclaim {report.reclaim}, in {report.scope or 'module'}")
            if verdict:
                print(f"    judged {verdict.verdict}: {verdict.reason}")
            print(excerpt(files[report.package, report.path], report.line, whole_class=report.code in FIELDS))
    print(f"\n{number} reports", file=sys.stderr)
    return 0


def _judge(file: Path, *, second: bool) -> int:
    saved = _saved()
    if not file.is_file():
        raise CorpusError(f"{file}: no such file")
    if not saved:
        raise CorpusError("no saved reports; run `python -m bench.audit` or `show` first")
    entered = verdicts.judge(file, {verdicts.key(report): report for report in saved}, verdicts.read(), second=second)
    verdicts.write(entered)
    print(f"{len(entered)} verdicts in {verdicts.VERDICTS.name}")
    return 0


def _line(report: Report) -> str:
    place = f"{report.package}=={report.version} {report.path}:{report.line}"
    return f"{place} {report.code} {report.fingerprint} {report.message}"


def _saved() -> list[Report]:
    """The reports of the last runs."""
    path = corpus_home() / "reports.jsonl"
    if not path.is_file():
        return []
    return [Report(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _save(reports: Iterable[Report], packages: Iterable[Package]) -> None:
    """Keep the reports for `judge`, in the place of earlier ones for the same packages."""
    names = {package.name for package in packages}
    kept = [report for report in _saved() if report.package not in names]
    text = "".join(f"{json.dumps(asdict(report))}\n" for report in sorted([*kept, *reports]))
    path = corpus_home() / "reports.jsonl"
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


if __name__ == "__main__":
    sys.exit(main())
