"""The probe, run as the doctor runs it and piece by piece."""

import json
import subprocess
import sys
from pathlib import Path

from querent_engine import probe

ROOT = Path(__file__).parents[1]


def test_the_last_line_is_the_report():
    run = subprocess.run(
        [sys.executable, "-m", "querent_engine.probe"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    report = json.loads(run.stdout.strip().splitlines()[-1])
    assert report["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    assert set(report["packages"]) == {*probe.IMPORTED, *probe.LOOKED_UP}
    for package in report["packages"].values():
        assert (package["version"] is None) != (package["error"] is None)
    assert (report["gpus"]["devices"] == []) == (report["gpus"]["error"] is not None)


def test_a_package_that_is_there_has_a_version():
    assert probe.probe_import("pytest")["error"] is None
    assert probe.look_up("pytest")["version"] == probe.version_of("pytest")


def test_a_package_that_is_not_there_says_so():
    assert probe.probe_import("no_such_package_at_all")["error"] == "not installed"
    assert probe.look_up("no_such_package_at_all")["error"] == "not installed"


def test_a_package_that_fails_to_load_says_why(tmp_path, monkeypatch):
    (tmp_path / "broken_package.py").write_text("raise OSError('libfoo.so: cannot open\\nmore')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert probe.probe_import("broken_package") == {"version": None, "error": "OSError: libfoo.so: cannot open"}
