"""`python -m dengta` is the `dengta` command."""

import sys

from dengta.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
