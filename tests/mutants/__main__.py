"""`make mutants`: plant every error and say who noticed; exit code 1 when one got through.

`python -m tests.mutants 3 7` plants only the third and the seventh.
"""

from __future__ import annotations

import sys

from tests.mutants.corpus import hunt
from tests.mutants.planting import MUTANTS


def main(only: list[str]) -> int:
    """Print a line for each planted error, or for those whose numbers are given."""
    numbered = [(number, mutant) for number, mutant in enumerate(MUTANTS, start=1) if not only or str(number) in only]
    survivors = 0
    for number, mutant in numbered:
        caught = hunt(mutant)
        survivors += caught is None
        found = f"caught by {caught.by}" if caught else "NOT NOTICED"
        sys.stdout.write(f"{number:>2} of {len(MUTANTS)}  {mutant.name}: {found}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(numbered) - survivors} of {len(numbered)} planted errors were caught\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
