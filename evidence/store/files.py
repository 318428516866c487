"""Which baseline and update files were loaded to their end."""

from sqlalchemy import insert
from sqlmodel import Session

from evidence.retrieval_models import LoadedFileRow


def remember_file(
    session: Session, *, name: str, sha256: str, selection: str, run: int
) -> None:
    """Remember a file; only where all of its records have been stored.

    Parameters
    ----------
    session
        The transaction.
    name, sha256
        Which file: PubMed issues one again under the same name now and then.
    selection
        Which of its records were kept: another selection has to read it again.
    run
        The run that loaded it.
    """
    session.execute(
        insert(LoadedFileRow).values(
            name=name, sha256=sha256, selection=selection, run=run
        )
    )
