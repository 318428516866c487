"""`python -m curation` is the `curation` command."""

from curation.cli import main

if __name__ == "__main__":
    main()
