"""The wheel carries all it needs: it serves from an empty folder, with nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import requests

from tests.nodes import wait_until_healthy
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.alone
def test_the_wheel_serves_in_an_empty_environment(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(ROOT)], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    installed, empty, port = tmp_path / "installed", tmp_path / "empty", free_port()
    zipfile.ZipFile(wheel).extractall(installed)
    empty.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {"PYTHONPATH": str(installed), "PORT": str(port), "HUB_DATA_DIR": str(empty / "var")}
    where = subprocess.run(
        [sys.executable, "-c", "import hub.core.paths as p; print(p.TEMPLATES)"],
        cwd=empty, env=environment, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert str(installed) in where  # and not the checkout that the tests run from
    server = subprocess.Popen(
        [sys.executable, "-m", "hub", "serve", "--port", str(port)],
        cwd=empty, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        base = f"http://localhost:{port}"
        wait_until_healthy(base, server)
        assert requests.get(f"{base}/cases.json", timeout=10).json()["total"] == 0  # serve never loads the demo
        assert "GP10" in requests.get(f"{base}/principles/", timeout=10).text
        korean = requests.get(base, headers={"Accept-Language": "ko"}, timeout=10).text
        assert "인권도시" in korean
        assert requests.get(f"{base}/static/land.svg", timeout=10).status_code == 200
    finally:
        server.terminate()
        server.wait(15)
