"""The benchmarks, one after the other: `npm run bench`, or `python benchmarks/run.py NAME ...` for some of them.

Each is a script of this folder that prints its own table; what one needs stands in its docstring. A failing one
does not keep the others from running, and the status at the end tells that one failed. `peers` runs only by its name,
since it installs other people's packages, 1.5 GB of them, into a folder of the user's cache.
"""

import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
BY_NAME = {"peers"}
"""What runs only where it is named."""


def scripts() -> list[Path]:
    """The files of this folder that run on their own; the others are their material."""
    return [
        file
        for file in sorted(FOLDER.glob("*.py"))
        if file.name != "run.py" and 'if __name__ == "__main__":' in file.read_text(encoding="utf-8")
    ]


def main() -> int:
    """Run the benchmarks named on the command line, or all but those of `BY_NAME`. Returns the number that failed."""
    known = {file.stem: file for file in scripts()}
    names = sys.argv[1:] or [name for name in known if name not in BY_NAME]
    if unknown := [name for name in names if name not in known]:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    failed = []
    for name in names:
        print(f"\n== {name}", flush=True)
        started = time.perf_counter()
        if subprocess.run([sys.executable, str(known[name])], cwd=FOLDER.parent).returncode:
            failed.append(name)
        print(f"-- {name}: {time.perf_counter() - started:.0f} s", flush=True)
    print(
        f"\n{len(names) - len(failed)} of {len(names)} ran through"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
