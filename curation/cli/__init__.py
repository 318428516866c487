"""The `curation` command: parse, call the pipeline, print.

Standard output carries results, standard error talk. Exit codes: 0 done, 1 failed,
2 wrong usage, 3 partial (nothing published, nothing lost), 4 already running.
"""

import sys

from curation import console

# The order of these imports is the order of the verbs in `curation --help`.
from curation.cli import gather, learning, mining, night, moving, references  # isort: skip
from curation.cli import review, users, quality, decisions, show, site  # isort: skip
from curation.cli.app import app
from curation.errors import AlreadyRunningError
from evidence.errors import EvidenceError

__all__ = [
    "app",
    "decisions",
    "gather",
    "learning",
    "main",
    "mining",
    "moving",
    "night",
    "quality",
    "references",
    "review",
    "show",
    "site",
    "users",
]


def main() -> None:
    """Run the command; every error of ours is one line and an exit code."""
    try:
        app()
    except AlreadyRunningError as error:
        console.error(str(error))
        sys.exit(4)
    except EvidenceError as error:
        console.error("; ".join([str(error), *getattr(error, "__notes__", ())]))
        sys.exit(3 if error.partial else 1)
    except OSError as error:
        console.error(f"{error.filename or 'input or output'}: {error.strerror}")
        sys.exit(1)
