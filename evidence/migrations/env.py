"""Run migrations on the connection that `evidence.database` hands over."""

from alembic import context

import evidence.desk_models  # its tables join METADATA
import evidence.release_models  # noqa: F401  # its tables join METADATA
from evidence.models import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite cannot alter columns in place; alembic copies the table instead.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
