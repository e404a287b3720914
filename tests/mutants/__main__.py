"""`python -m tests.mutants`: plant every error and say who noticed; exit code 1 when one got through."""

from __future__ import annotations

import sys

from tests.mutants.corpus import hunt
from tests.mutants.planting import MUTANTS


def main() -> int:
    """Print a line for each planted error."""
    survivors = 0
    for number, mutant in enumerate(MUTANTS, start=1):
        caught = hunt(mutant)
        survivors += caught is None
        found = f"caught by {caught.by}" if caught else "NOT NOTICED"
        sys.stdout.write(f"{number:>2} of {len(MUTANTS)}  {mutant.name}: {found}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(MUTANTS) - survivors} of {len(MUTANTS)} planted errors were caught\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
