"""Steps from each released table layout to the next; run by alembic."""
