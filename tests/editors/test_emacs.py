"""Real Emacs, where there is one: Flymake, Flycheck and Eglot as the page sets them up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.editors.conftest import Recipe
from tests.editors.test_flake8_callers import MESSAGE, TEXT

EMACS = shutil.which("emacs")
pytestmark = pytest.mark.skipif(EMACS is None, reason="needs Emacs")
BIN = Path(sys.executable).parent
START = """
(package-initialize)
(require 'json)
(defun answer (value) (princ (json-encode (if (listp value) (vconcat value) value))) (kill-emacs 0))
(defun wait-for (wanted)
  (let ((left 300) found)
    (while (and (not (setq found (funcall wanted))) (> (setq left (1- left)) 0)) (accept-process-output nil 0.1))
    found))
"""


def emacs(code: str, folder: Path) -> Any:  # noqa: ANN401 - whatever the code answers
    """Run Lisp in a folder with a file `a.py`; skips where a package is missing."""
    assert EMACS is not None
    (folder / "a.py").write_text(TEXT)
    script = folder / "script.el"
    script.write_text(START + code)
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "HTTPLEAK_STRICT": "1"}
    command = [EMACS, "--batch", "--no-init-file", "--load", str(script)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    if answer == "missing":
        pytest.skip("needs a package of Emacs")
    return answer


def test_flymake(tmp_path: Path) -> None:
    """Python mode's own command."""
    code = """
(find-file "a.py")
(setq python-flymake-command '("flake8" "-"))
(flymake-mode 1) (flymake-start)
(wait-for #'flymake-diagnostics)
(answer (mapcar (lambda (one) (vector (line-number-at-pos (flymake-diagnostic-beg one))
                                    (save-excursion (goto-char (flymake-diagnostic-beg one)) (current-column))
                                    (flymake-diagnostic-text one)))
                (flymake-diagnostics)))
"""
    assert emacs(code, tmp_path) == [[5, 15, f"HTL101 {MESSAGE}"]]


def test_flycheck(tmp_path: Path) -> None:
    """The checker `python-flake8`, as it comes."""
    code = f"""
(unless (require 'flycheck nil t) (answer "missing"))
(find-file "a.py")
(setq flycheck-python-flake8-executable "{BIN / "flake8"}")
(flycheck-mode 1) (flycheck-start-current-syntax-check 'python-flake8)
(wait-for (lambda () flycheck-current-errors))
(answer (mapcar (lambda (one) (vector (flycheck-error-line one) (flycheck-error-column one)
                                    (flycheck-error-id one) (flycheck-error-message one)))
                flycheck-current-errors))
"""
    assert emacs(code, tmp_path) == [[5, 16, "HTL101", MESSAGE]]


def test_eglot(recipes: list[Recipe], tmp_path: Path) -> None:
    """The language server: the finding is shown, the first action applied and saved, and nothing is left."""
    (setup,) = [one.text for one in recipes if one.language == "elisp" and "eglot" in one.text]
    code = f"""
(unless (require 'eglot nil t) (answer "missing"))
{setup}
(make-directory ".git")
(find-file "a.py")
(apply #'eglot (eglot--guess-contact))
(setq found (mapcar (lambda (one) (vector (line-number-at-pos (flymake-diagnostic-beg one))
                                        (save-excursion (goto-char (flymake-diagnostic-beg one)) (current-column))
                                        (flymake-diagnostic-text one)))
                    (wait-for #'flymake-diagnostics)))
(goto-char (point-min)) (forward-line 4)
(setq actions (append (eglot-code-actions (point) (line-end-position)) nil))
(eglot--apply-workspace-edit (plist-get (car actions) :edit))
(save-buffer)
(wait-for (lambda () (not (flymake-diagnostics))))
(answer (list (vconcat found) (mapcar (lambda (one) (plist-get one :title)) actions) (length (flymake-diagnostics))))
"""
    found, titles, left = emacs(code, tmp_path)
    assert [(line, column, MESSAGE in text) for line, column, text in found] == [(5, 15, True)]
    assert "Ignore HTL101 here with a 'noqa' comment" in titles
    assert left == 0
    done = subprocess.run(
        [str(BIN / "httpleak"), "check", "--no-cache", "a.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "a.py").read_text() != TEXT
