"""Scheduled jobs: one command each, its exit code, a log, and a safe workflow."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.places import CHECKOUT

JOBS = ("refresh", "recheck", "release", "backup")
SHA = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

Job = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with our scripts, an environment that stands, and a false command."""
    made = tmp_path / "check out"
    shutil.copytree(CHECKOUT / "scripts", made / "scripts")
    (made / ".venv" / "bin").mkdir(parents=True)
    for name in ("requirements.lock", "pyproject.toml"):
        (made / name).write_text(name)
    for name, stamp in (("requirements.lock",) * 2, ("pyproject.toml", "project")):
        with (made / name).open() as file:
            summed = subprocess.check_output(["cksum"], stdin=file, text=True)
        (made / ".venv" / f".installed-{stamp}").write_text(summed)
    command(made, "python", f'exec "{sys.executable}" "$@"')
    command(made, "curation", "exit 0")
    return made


def command(checkout: Path, name: str, does: str) -> None:
    path = checkout / ".venv" / "bin" / name
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


@pytest.fixture
def job(checkout: Path, tmp_path: Path) -> Job:
    """Return a function that runs a script from elsewhere, as a scheduler does."""

    def run(name: str, *arguments: str, **settings: str) -> Any:
        log = {"CURATION_LOG_DIR": str(tmp_path / "log")}
        return subprocess.run(
            [str(checkout / "scripts" / name), *arguments],
            cwd=tmp_path,
            env={**os.environ, **log, **settings},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def logged(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "jobs.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("name", JOBS)
class TestAJob:
    def test_it_is_one_call_with_its_arguments(
        self, name: str, job: Job, checkout: Path
    ) -> None:
        command(checkout, "curation", 'for a in "$@"; do echo "<$a>"; done')
        done = job(name, "--one", "two words", "*")
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [
            f"<{name}>",
            "<--one>",
            "<two words>",
            "<*>",
        ]

    @pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
    def test_its_exit_code_is_the_commands(
        self, name: str, job: Job, checkout: Path, code: int
    ) -> None:
        command(checkout, "curation", f"exit {code}")
        assert job(name).returncode == code

    def test_its_start_and_end_are_logged(
        self, name: str, job: Job, checkout: Path, tmp_path: Path
    ) -> None:
        command(checkout, "curation", "echo first >&2; echo 'error: \"x\"' >&2; exit 1")
        done = job(name)
        assert done.stderr == 'first\nerror: "x"\n'
        started, ended = logged(tmp_path / "log")
        assert (started["job"], started["event"]) == (name, "started")
        assert (ended["job"], ended["event"]) == (name, "ended")
        assert (ended["exit"], ended["said"]) == (1, 'error: "x"')
        assert ended["at"].endswith("+00:00")
        job(name)
        assert len(logged(tmp_path / "log")) == 4


class TestTheLog:
    def test_it_lies_in_the_platforms_state_folder_where_nobody_says_otherwise(
        self, job: Job
    ) -> None:
        import platformdirs

        assert job("backup", CURATION_LOG_DIR="").returncode == 0
        assert len(logged(platformdirs.user_state_path("trd-evidence"))) == 2

    def test_a_log_that_fails_fails_no_job(
        self, job: Job, checkout: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        command(checkout, "curation", "echo done; exit 3")
        done = job("refresh", CURATION_LOG_DIR=str(tmp_path / "file" / "log"))
        assert (done.returncode, done.stdout) == (3, "done\n")
        assert "the log could not be written" in done.stderr

    def test_nothing_is_left_in_the_temporary_folder(
        self, job: Job, tmp_path: Path
    ) -> None:
        (tmp_path / "tmp").mkdir()
        job("refresh", TMPDIR=str(tmp_path / "tmp"))
        assert list((tmp_path / "tmp").iterdir()) == []

    def test_arguments_are_not_logged(self, job: Job, tmp_path: Path) -> None:
        job("refresh", "--report", "canary")
        assert "canary" not in (tmp_path / "log" / "jobs.jsonl").read_text()


@pytest.fixture
def text() -> str:
    path = CHECKOUT / ".github" / "workflows" / "refresh.yml"
    return path.read_text(encoding="utf-8")


@pytest.fixture
def workflow(text: str) -> Any:
    return yaml.safe_load(text)


WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
MAY_WRITE = {
    ("refresh.yml", "keep"): {"contents": "write"},
    ("release.yml", "publish"): {
        "attestations": "write",
        "contents": "write",
        "id-token": "write",
    },
}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestEveryWorkflow:
    def test_it_may_only_read_unless_it_publishes(self, path: Path) -> None:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert found["permissions"] == {"contents": "read"}
        for name, job in found["jobs"].items():
            assert job.get("permissions") == MAY_WRITE.get((path.name, name)), name
            assert job["timeout-minutes"], name

    def test_no_expression_is_put_into_a_shell(self, path: Path) -> None:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        ran = [s.get("run", "") for j in found["jobs"].values() for s in j["steps"]]
        assert [command for command in ran if "${{" in command] == []

    def test_tools_from_the_registry_have_a_version_or_a_hash(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in re.findall(r"pip install (.+)", text):
            words = [w for w in line.split() if not w.startswith("-")]
            hashed = "--require-hashes" in line or "--no-deps" in line
            assert hashed or all("==" in word for word in words), line

    def test_the_tests_that_it_names_are_there(self, path: Path) -> None:
        for name in re.findall(r"tests/[\w/.]+", path.read_text(encoding="utf-8")):
            assert (CHECKOUT / name).exists(), name


def test_a_release_signs_apart_from_what_it_builds() -> None:
    path = CHECKOUT / ".github" / "workflows" / "release.yml"
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    assert jobs["publish"]["needs"] == "build"
    used = [step.get("uses", "") for step in jobs["publish"]["steps"]]
    assert not any("checkout" in name for name in used)
    built = " ".join(step.get("run", "") for step in jobs["build"]["steps"])
    for part in (
        "pip wheel",
        "pip-audit",
        "cyclonedx-py",
        "SHA256SUMS",
        "scripts/test",
    ):
        assert part in built


def test_schedulers_call_the_command_and_no_checkout() -> None:
    """What is installed runs the jobs; a checkout may move, or be half pulled."""
    called: list[str] = []
    for path in (CHECKOUT / "scripts" / "schedule").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "scripts/" not in text and ".venv" not in text, path.name
        called += re.findall(r"^[\d*][\d* /,-]+ (\S+) \w", text, re.MULTILINE)
        called += re.findall(r"^ExecStart=(\S+)", text, re.MULTILINE)
    assert sorted(set(called)) == [
        "/usr/bin/logger",
        "/usr/local/bin/curation",
        "curation",
    ]


class TestTheWorkflows:
    @pytest.mark.parametrize(
        "path", sorted((CHECKOUT / ".github" / "workflows").glob("*.yml")), ids=str
    )
    def test_every_action_is_pinned(self, path: Path) -> None:
        used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
        assert used
        assert [u for u in used if not SHA.fullmatch(u)] == []

    def test_it_runs_every_night_but_at_no_full_hour(
        self, workflow: dict[Any, Any]
    ) -> None:
        # YAML 1.1 reads the key `on` as true.
        on = workflow[True]
        minute, hour, *days = on["schedule"][0]["cron"].split()
        assert 0 < int(minute) < 60
        assert days == ["*", "*", "*"]
        # At night in Bethesda, in summer and in winter: 21:00 to 5:00.
        assert 2 <= int(hour) <= 8
        assert "workflow_dispatch" in on

    def test_only_the_job_that_commits_may_write(
        self, workflow: dict[Any, Any]
    ) -> None:
        assert workflow["permissions"] == {"contents": "read"}
        allowed = {n: j.get("permissions") for n, j in workflow["jobs"].items()}
        assert allowed == {"refresh": None, "keep": {"contents": "write"}}
        assert workflow["concurrency"]["group"]

    def test_secrets_stand_in_the_environment_of_one_step_only(
        self, workflow: dict[Any, Any], text: str
    ) -> None:
        environments = [
            step.get("env", {})
            for job in workflow["jobs"].values()
            for step in job["steps"]
        ]
        secrets = [v for e in environments for v in e.values() if "secrets." in v]
        assert secrets == ["${{ secrets.CURATION_NCBI_API_KEY }}"]
        assert text.count("secrets.") == 1

    def test_no_expression_is_put_into_a_shell(self, workflow: dict[Any, Any]) -> None:
        steps = [s for job in workflow["jobs"].values() for s in job["steps"]]
        assert [s["run"] for s in steps if "${{" in s.get("run", "")] == []

    def test_the_database_is_no_artifact(self, workflow: dict[Any, Any]) -> None:
        paths = [
            step["with"]["path"]
            for step in workflow["jobs"]["refresh"]["steps"]
            if "upload-artifact" in step.get("uses", "")
        ]
        assert paths == ["build/night/report", "ledger/decisions.jsonl"]

    def test_its_scripts_are_there(self, text: str) -> None:
        for name in re.findall(r"run: (scripts/\w+)", text):
            assert os.access(CHECKOUT / name, os.X_OK), name
