"""The shell: every command explains itself, and errors are one line with exit code 1."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from workbench import judging
from workbench.cli import COMMANDS, main
from workbench.cli.generate import committed
from workbench.clock import utc_now
from workbench.demo import starter_model
from workbench.settings import REPOSITORY, Workspace
from workbench.store import Database, Store, projects, reviewers


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Shell":
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    return Shell(tmp_path)


class Shell:
    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, command: str) -> Result:
        return CliRunner().invoke(main, command.split())

    def file(self, *rows: object) -> Path:
        path = self.folder / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path


def commands(group: click.Group = main, name: str = "") -> list[tuple[str, click.Command]]:
    found = []
    context = click.Context(group)
    for key in group.list_commands(context):
        command = group.get_command(context, key)
        assert command is not None
        full = f"{name} {key}".strip()
        found.append((full, command))
        if isinstance(command, click.Group):
            found += commands(command, full)
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_explains_itself(name: str, command: click.Command) -> None:
    shown = CliRunner().invoke(main, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert command.help
    assert command.help.split("\n")[0].endswith(".")


@pytest.mark.parametrize(("module", "names"), COMMANDS.items())
def test_what_a_module_of_the_shell_holds_is_what_the_shell_takes_from_it(
    module: str, names: str
) -> None:
    held = import_module(f"workbench.cli.{module}").COMMANDS
    assert [command.name for command in held] == names.split()


def test_a_shell_that_trains_loads_no_client_of_endpoints() -> None:
    script = (
        "import sys; from workbench.cli import main; main(['train', '-h'], standalone_mode=False);"
        "sys.exit('openai' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY).returncode == 0


@pytest.mark.parametrize(
    "name", [name for name, command in commands() if " " not in name and not command.hidden]
)
def test_every_command_is_listed(name: str) -> None:
    assert f"\n  {name} " in CliRunner().invoke(main, ["--help"]).output


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("import prompts no.jsonl --project small", "cannot be read"),
        ("import prompts no.jsonl --project other", "There is no project “other”"),
        ("queue fill --project other", "There is no project “other”"),
        ("export --project small", "Nothing that was judged in “small” can be exported"),
        ("projects create small", "A project “small” exists already"),
        ("projects create My/Project", "cannot name a project"),
        ("projects create ../up", "cannot name a project"),
        ("projects create good --rubric no", "There is no rubric “no”"),
        ("projects create good --overlap 0", "An overlap of 0 is not possible"),
        ("train dpo-tiny --project small --dataset no", "There is no dataset version “no”"),
        ("rounds close --project small", "has no open round"),
        ("reviewers pause Nobody", "There is no reviewer “Nobody”"),
        ("reviewers link Nobody", "There is no reviewer “Nobody”"),
        ("restore no.tar.gz", "is not a backup"),
        ("threads list --project other", "There is no project “other”"),
        ("threads say 7 Hm --as Nobody", "There is no reviewer “Nobody”"),
        ("threads resolve 7 --as Nobody", "There is no reviewer “Nobody”"),
        ("cancel 77", "There is no job number 77"),
        ("gold import no.jsonl --project small", "cannot be read"),
        ("gold retire 77", "There is no gold item number 77"),
        ("gold restore 77", "There is no gold item number 77"),
        ("checks add hat --project small", "There is no check “hat”"),
        ("checks add length --project small --least 5 --most 4", "No answer is from 5 to 4"),
        ("checks add json_schema --project small --schema {", "The schema is no JSON"),
        ("checks retire 77", "There is no check number 77"),
        ("judges add j --project small --model no", "There is no model “no”"),
        ("judges run no", "There is no judge model “no”"),
        ("judges calibrate no", "There is no judge model “no”"),
        ("judges triage no --undo", "There is no judge model “no”"),
        ('projects change small assist.judge="no"', "There is no judge model “no”"),
        ("projects change small assist.triage=true", "There is no judge to assist with"),
    ],
)
def test_an_error_is_one_line(shell: Shell, command: str, said: str) -> None:
    shell("projects create small")
    result = shell(command)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_bad_rows_are_listed_one_a_line(shell: Shell) -> None:
    shell("projects create small")
    path = shell.file({"prompt": "good"}, {"prompt": ""}, {})
    result = shell(f"import prompts {path} --project small")
    assert result.exit_code == 1
    assert "rows.jsonl:2: " in result.stderr
    assert "rows.jsonl:3: " in result.stderr
    skipped = shell(f"import prompts {path} --project small --skip-bad")
    assert skipped.exit_code == 0
    assert "1 new prompts" in skipped.output


def test_from_a_file_to_an_open_comparison(shell: Shell) -> None:
    path = shell.file({"prompt": "Why?", "split": "train", "completions": {"a": "1", "b": "2"}})
    for command, said in [
        ("projects create small --rubric helpfulness", "Project small is there"),
        (f"import completions {path} --project small", "1 new prompts (0 heldout), 0 known; 2 new"),
        (f"import completions {path} --project small", "0 new prompts"),
        ("queue fill --project small", "1 new comparisons"),
        ("projects list", "small\t0 judged\t1 open"),
        ("doctor", "ok   slots"),
        (f"backup {shell.folder / 'saved.tar.gz'}", "holds the workspace"),
        (f"restore {shell.folder / 'saved.tar.gz'}", "Restored."),
    ]:
        result = shell(command)
        assert result.exit_code == 0, result.output
        assert said in result.output


def test_judgements_of_a_file_are_counted(shell: Shell) -> None:
    said = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
    path = shell.file(
        {"question_id": 81, "model_a": "a", "model_b": "b", "winner": "tie", "judge": "expert_3",
         "conversation_a": said, "conversation_b": said, "turn": 1}
    )  # fmt: skip
    shell("projects create small")
    result = shell(f"import judgements {path} --project small")
    assert "2 new completions, 1 new judgements;" in result.output
    assert "\treviewer\tpaused\texpert_3 (imported)" in shell("reviewers list").output


def test_a_preview_of_an_import_shows_its_rows_and_writes_nothing(shell: Shell) -> None:
    path = shell.file(
        {"question": "Why?", "good": "So.", "rejected": "No."},
        {"question": "How?", "good": "So.", "rejected": "So."},
        {"question": "What?"},
    )
    shell("projects create small")
    command = f"import judgements {path} --project small --map prompt=question --map chosen=good"
    shown = shell(f"{command} --preview")
    assert shown.exit_code == 0
    assert "columns question, good, rejected" in shown.output
    assert "2 rows can be used (2 as preference)." in shown.output
    assert '"said": ["preference (human): rows (1) is better, strength 1"]' in shown.output
    assert "left out: 1 × a judgement of answers with the same text (line 2)." in shown.stderr
    assert "rows.jsonl:3: " in shown.stderr
    done = shell(f"{command} --skip-bad")
    assert "2 new prompts" in done.output
    assert "3 new completions, 1 new judgements" in done.output


def test_people_come_and_go(shell: Shell) -> None:
    added = shell("reviewers add Ann --role lead").output
    assert "Ann signs in at: http://127.0.0.1:8501/sign-in#wb_" in added
    assert "From now on you sign in as well" in added
    assert "API key of Ben" in shell("reviewers add Ben --api-key").output
    assert "Ann is paused." in shell("reviewers pause Ann").output
    assert "\tlead\tpaused\tAnn" in shell("reviewers list").output
    assert "Forgotten." in shell("reviewers forget Ann --yes").output
    assert "\tlead\tpaused\tforgotten" in shell("reviewers list").output


def test_a_discussion_from_the_shell(shell: Shell, tmp_path: Path) -> None:
    path = shell.file({"prompt": "Why?", "split": "train", "completions": {"a": "1", "b": "2"}})
    for command in (
        "projects create small", f"import completions {path} --project small",
        "queue fill --project small", "reviewers add Ann", "reviewers add Lea --role lead",
    ):  # fmt: skip
        assert shell(command).exit_code == 0
    ask(Store(Workspace(tmp_path / "home")), "Ann", "Hm,\n@Lea")
    example = tmp_path / "example.md"
    example.write_text("So it is.")
    for command, said in [
        ("threads list --project small", "1\t1 said\t"),
        ("threads list --project small", "\tAnn: Hm, @Lea\n"),
        ("threads show 1 --as Ann", "user: Why?\n\nanswer A: "),
        ("threads say 1 Yes --as Lea", "Said."),
        ("threads show 1 --as Ann", " Lea: Yes\n"),
        ("threads resolve 1 --as Lea", "Resolved."),
        ("threads example 1 --as Lea", "**Conclusion.** Yes\n"),
        (f"threads example 1 --as Lea --text {example}", "version 2 of the guidelines"),
        ("threads list --project small --resolved", "1\t2 said\t"),
        ("threads reopen 1 --as Lea", "Reopened."),
    ]:
        result = shell(command)
        assert result.exit_code == 0, result.output
        assert said in result.output
    assert "Leads conclude discussions" in shell("threads resolve 1 --as Ann").stderr


def ask(store: Store, name: str, text: str) -> None:
    """Somebody claims an item and flags it."""

    def write(db: Database) -> None:
        person, project = reviewers.named(db, name), projects.get(db, "small")
        [item] = judging.claim(db, project, person, "tab", 1, utc_now())
        judging.flag(db, person, item.id, text, utc_now())

    store.write(write)


def test_the_doctors_exit_code_says_whether_all_is_well(shell: Shell) -> None:
    assert shell("doctor").exit_code == 0
    (shell.folder / "home" / "runs" / "0099-nobody").mkdir(parents=True)
    sick = shell("doctor")
    assert sick.exit_code == 1
    assert "BAD  files" in sick.output
    assert "→ Remove what nothing refers to" in sick.output


def test_checks_from_a_shell(shell: Shell) -> None:
    path = shell.file({"prompt": "Why?", "split": "train", "completions": {"a": "1", "b": "22"}})
    for command, said in [
        ("projects create small", "Project small is there"),
        ("checks run --project small", "The project has no checks"),
        (f"import completions {path} --project small", "1 new prompts"),
        ("checks add length --project small --most 1", "Check 1, “small: length 1”"),
        ("checks list --project small", '1\tlength\tsmall: length 1\t{"most": 1}'),
        ("checks run --project small", "2 results, 1 not passed"),
        ("checks rates --project small", "small: length 1\ta\t1 of 1\t100 % (21–100)"),
        ("checks rates --project small --json", '"count": 1'),
        ("checks retire 1", "Check 1 is out of use"),
    ]:
        result = shell(command)
        assert result.exit_code == 0, result.output
        assert said in result.output


def test_a_judge_from_a_shell(shell: Shell) -> None:
    """The model that ships cannot judge: what it says is shown as a failure."""
    path = shell.file({"prompt": "Why?", "split": "train", "completions": {"a": "1", "b": "2"}})
    for command, said in [
        ("projects create small", "Project small is there"),
        (f"import completions {path} --project small", "1 new prompts"),
        ("queue fill --project small", "1 new comparisons"),
        (f"models add tiny --location {starter_model().location}", "“tiny” is known"),
        ("judges add j --project small --model tiny --max-tokens 8", "Judge “j” is there"),
        ("judges run j --which open", "2 replies cannot be read"),
        ("judges list --project small", "j\ttiny\t2 readings, 2 unreadable, 0 failed"),
        ("judges calibrate j", "cannot be read\t100 % (34–100)\tn = 2"),
        ("judges calibrate j --json", '"two_people"'),
        ('projects change small assist.judge="j" assist.widening=true', "Changed"),
        ("projects show small", "assist.widening=true"),
        ("compare a b --project small --json", '"widened": null'),
        ("judges triage j --undo", "0 items are open again"),
    ]:
        result = shell(command)
        assert result.exit_code == 0, result.output
        assert said in result.output


@pytest.mark.parametrize(
    ("usd", "unpriced", "said"),
    [
        (0.0, 0, "$0.0000"),
        (0.5, 0, "$0.5000"),
        (0.0, 80, "unknown cost,"),
        (0.5, 80, "$0.5000 and an unknown amount for 80 requests,"),
    ],
)
def test_what_has_no_price_is_not_listed_as_free(usd: float, unpriced: int, said: str) -> None:
    assert committed(usd, unpriced) == said
