"""Which baseline and update files need not be loaded again."""

from sqlmodel import Session, col, select

from evidence.retrieval_models import LoadedFileRow


def loaded_files(session: Session, selections: list[str]) -> set[tuple[str, str]]:
    """Return name and sha256 of the files loaded under one of these selections."""
    return set(
        session.exec(
            select(LoadedFileRow.name, LoadedFileRow.sha256).where(
                col(LoadedFileRow.selection).in_(selections)
            )
        )
    )
