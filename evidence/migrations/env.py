"""Run migrations on the connection that `evidence.database` hands over."""

from alembic import context
from sqlalchemy import Connection, text

from evidence.schema import METADATA

UNCOLLATED = """
SELECT format('ALTER TABLE %I %s', c.table_name, string_agg(
    format('ALTER COLUMN %I TYPE %s COLLATE "C"', c.column_name, c.data_type), ', '))
FROM information_schema.columns AS c JOIN information_schema.tables AS t
USING (table_schema, table_name)
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
AND c.data_type IN ('text', 'character varying')
AND c.collation_name IS DISTINCT FROM 'C'
GROUP BY c.table_name
"""


def sort_by_code_point(connection: Connection) -> None:
    """Let PostgreSQL sort and compare text as SQLite does, whatever its locale is.

    Queues, slices and published tables are then the same on both.
    """
    for (statement,) in connection.execute(text(UNCOLLATED)).all():
        connection.exec_driver_sql(statement)


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    # SQLite cannot alter columns in place; alembic copies the table instead.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
    if connection.dialect.name == "postgresql":
        sort_by_code_point(connection)
