"""What is mistyped is refused in one sentence on standard error, with status 2 and no figure."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from surveys.management.commands.analyse import Command
from tests.statistics.golden import REFERENCE

ROOT = Path(__file__).parents[2]
FILE, TARGETS = REFERENCE / "beps" / "input.csv", REFERENCE / "beps" / "targets.csv"
GIVEN = [str(FILE), "--targets", str(TARGETS)]

MISTYPED: list[tuple[list[str], str]] = [
    *(
        ([*GIVEN, f"--{name}", "nothing"], "The file has no column “nothing”")
        for name in (
            "single",
            "multiple",
            "scale",
            "segment",
            "base-weight",
            "strata",
            "psu",
            "fpc",
        )
    ),
    ([*GIVEN, "--singel", "vote"], "Unrecognized arguments: --singel vote"),
    ([*GIVEN, "--segm", "vote"], "Unrecognized arguments: --segm vote"),
    ([*GIVEN, "vote"], "Unrecognized arguments: vote"),
    ([*GIVEN, "--single"], "Argument --single: expected one argument"),
    ([*GIVEN, "--cap", "five"], "Argument --cap: invalid float value: 'five'"),
    ([*GIVEN, "--cap", "0.5", "--single", "vote"], "A cap of 0.5 times the mean is no cap"),
    ([*GIVEN, "--open-margins", "maybe"], "Argument --open-margins: invalid choice: 'maybe'"),
    ([*GIVEN, "--format", "csv"], "Argument --format: invalid choice: 'csv'"),
    ([str(FILE)], "The following arguments are required: --targets"),
    ([], "The following arguments are required: file, --targets"),
    (["nowhere.csv", "--targets", str(TARGETS)], "There is no file nowhere.csv"),
    ([str(FILE), "--targets", "nowhere.csv"], "There is no file nowhere.csv"),
    ([str(FILE.parent), "--targets", str(TARGETS)], f"There is no file {FILE.parent}"),
]


@pytest.mark.parametrize(("options", "said"), MISTYPED, ids=lambda one: " ".join(one[-2:]))
def test_what_is_mistyped_is_refused_in_one_sentence(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "analyse", *options])
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith(f"CommandError: {said}")
    assert told.err.endswith(".\n")


def test_so_it_is_in_a_process_of_its_own() -> None:
    command = [sys.executable, "manage.py", "analyse", *GIVEN, "--singel", "vote"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "CommandError: Unrecognized arguments: --singel vote.\n"


def test_the_margins_of_a_file_have_the_keys_of_a_release(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Command().run_from_argv(["manage.py", "analyse", *GIVEN, "--single", "vote"])
    margins = json.loads(capsys.readouterr().out)["method"]["margins"]
    assert margins
    for margin in margins:
        # docs/report-format.md lists them; what a file of targets does not know is “~”.
        assert {*margin} == {
            *("variable", "sources", "off_target", "left_open", "open", "collapsed", "categories")
        }
        assert margin["sources"] == [{"source": "~", "reference_date": "~"}]
        assert margin["left_open"] == []
        assert 0 <= margin["off_target"] <= 1e-10


def test_how_far_a_margin_is_off_its_target_is_told_of_those_who_left_it_open_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file.csv").write_text("sex,q\nf,yes\nf,no\nm,no\n,yes\n", encoding="utf-8")
    targets = tmp_path / "targets.csv"
    targets.write_text("margin,vars,category,share\nsex,sex,f,0.5\nsex,sex,m,0.5\n", "utf-8")
    argv = ["manage.py", "analyse", str(tmp_path / "file.csv"), "--targets", str(targets)]
    Command().run_from_argv([*argv, "--single", "q", "--open-margins", "keep"])
    (margin,) = json.loads(capsys.readouterr().out)["method"]["margins"]
    assert margin["open"] == 1
    assert margin["off_target"] <= 1e-10
