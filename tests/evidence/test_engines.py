"""Both kinds of database: writers take turns, readers see one moment, no secret."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from curation.errors import AlreadyRunningError
from curation.liveness import at_work, is_at_work
from curation.locks import only_one
from evidence import engines
from evidence.database import Database, create_database, open_database
from evidence.engines import connect
from evidence.errors import DatabaseError
from evidence.protocol import Protocol
from evidence.queries import queues
from evidence.queries.queues import Order, Selection
from tests.invented import decision, draft, record
from tests.postgresql import Server
from tests.raw import rows
from tests.stored import decide, propose, save, stored_claim

CANARY = "canary"


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
class TestAppendOnly:
    """Not even somebody with a console of the server can rewrite what was decided."""

    @pytest.mark.parametrize("table", ["decision", "audit"])
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {table} SET sequence = 99",
            "UPDATE {table} SET sequence = 99 WHERE false",
            "DELETE FROM {table}",
            "TRUNCATE {table}",
            "INSERT INTO {table} SELECT * FROM {table} "
            "ON CONFLICT (sequence) DO UPDATE SET sequence = 99",
            "SET session_replication_role = replica; DELETE FROM {table}",
        ],
    )
    def test_it_is_refused(
        self, database: Database, run: int, table: str, statement: str
    ) -> None:
        decide(database, decision(stored_claim(database, run)))
        before = rows(database, f"SELECT * FROM {table}")
        with (
            pytest.raises(IntegrityError, match=f"{table} is append-only"),
            database.engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement.format(table=table))
        assert rows(database, f"SELECT * FROM {table}") == before


@pytest.mark.both
class TestTogether:
    def test_a_reader_sees_one_moment(self, database: Database, run: int) -> None:
        with database.read() as session:
            count = text("SELECT count(*) FROM record")
            before = session.execute(count).scalar_one()
            save(database, run, record())
            assert session.execute(count).scalar_one() == before
        with database.read() as session:
            assert session.execute(count).scalar_one() == before + 1

    def test_many_that_read_and_then_write_lose_nothing(
        self, database: Database, run: int
    ) -> None:
        """Each adds one to what it read; taking turns, none overwrites another."""
        with database.write() as session:
            session.execute(text("INSERT INTO meta VALUES ('count', '0')"))
        failed: list[Exception] = []

        def add() -> None:
            try:
                for _ in range(5):
                    with database.write() as session:
                        found = database.meta(session, "count")
                        session.execute(
                            text("UPDATE meta SET value = :v WHERE key = 'count'"),
                            {"v": str(int(found or "") + 1)},
                        )
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=add) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert rows(database, "SELECT value FROM meta WHERE key = 'count'") == [("30",)]

    def test_who_waits_too_long_is_told_to_try_again(
        self,
        database: Database,
        url: str,
        migraine: Protocol,
        run: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 50)
        other = open_database(url, migraine)
        with (
            database.write() as session,
            pytest.raises(DatabaseError, match="nothing of this was saved") as told,
        ):
            database.meta(session, "protocol")
            with other.write() as waiting:
                other.meta(waiting, "protocol")
        other.close()
        assert "locked" not in str(told.value)

    def test_one_job_at_a_time(
        self, database: Database, url: str, migraine: Protocol
    ) -> None:
        """Another machine has no file of ours: the database itself keeps the lock."""
        other = open_database(url, migraine)
        with (
            only_one(database, "refresh"),
            pytest.raises(AlreadyRunningError),
            only_one(other, "recheck"),
        ):
            pass
        with only_one(other, "recheck"):
            pass
        other.close()

    def test_a_run_of_another_machine_is_seen_to_be_at_work(
        self, database: Database, url: str, migraine: Protocol, run: int
    ) -> None:
        other = open_database(url, migraine)
        with at_work(other, run):
            assert is_at_work(database, run)
            assert not is_at_work(database, run + 1)
        assert not is_at_work(database, run)
        other.close()

    def test_queues_ask_in_the_same_order(self, database: Database, run: int) -> None:
        """By code point, whatever the order of letters in the server's language."""
        save(database, run, *(record(pmid) for pmid in range(101, 121)))
        for pmid in range(101, 121):
            propose(database, run, pmid, [draft(record(pmid))])
        with database.read() as session:
            selection = Selection(order=Order.UNCERTAIN)
            listed = [queues.first(session, selection)]
            while listed[-1] is not None:
                listed.append(queues.neighbours(session, selection, listed[-1])[1])
        found = [claim for claim in listed if claim is not None]
        assert len(found) == 20
        assert found == sorted(found)


def test_every_text_of_postgresql_sorts_by_code_point(
    postgresql: Server, migrated: tuple[str, str], migraine: Protocol
) -> None:
    name, statements = migrated
    postgresql.lay(name, statements)
    database = open_database(postgresql.url(name), migraine)
    uncollated = rows(
        database,
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying') "
        "AND collation_name IS DISTINCT FROM 'C'",
    )
    database.close()
    assert uncollated == []


class TestAddresses:
    @pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
    @pytest.mark.parametrize("before", ["", "1/"])
    def test_both_names_of_postgresql(self, scheme: str, before: str) -> None:
        engine = connect(f"{scheme}://ann:{before}{CANARY}@server/evidence")
        assert engine.dialect.driver == "psycopg"
        assert CANARY not in engines.address_of(engine)

    def test_a_password_among_the_options_is_not_shown(self) -> None:
        engine = connect(
            f"postgresql://server/evidence?password={CANARY}&sslmode=require"
        )
        assert engines.address_of(engine).endswith("?sslmode=require")

    @pytest.mark.parametrize(
        "url",
        [
            f"postgresql://ann:a@b/{CANARY}@server/evidence",
            f"postgresql://ann:{CANARY}:x@server:port/evidence",
            f"postgresql://ann:{CANARY}@server/",
            f"mysql://ann:{CANARY}@server/evidence",
            f"postgresql+asyncpg://ann:{CANARY}@server/evidence",
        ],
    )
    def test_what_is_refused_does_not_show_the_password(self, url: str) -> None:
        with pytest.raises(DatabaseError) as refused:
            connect(url)
        assert CANARY not in str(refused.value)

    def test_a_server_that_is_not_there(self, migraine: Protocol) -> None:
        url = f"postgresql://ann:{CANARY}@127.0.0.1:1/evidence"
        with pytest.raises(DatabaseError, match="its server runs") as refused:
            open_database(url, migraine)
        assert CANARY not in str(refused.value)

    def test_without_psycopg(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def absent(*_: object, **__: object) -> None:
            raise ModuleNotFoundError("No module named 'psycopg'")

        monkeypatch.setattr(engines, "create_engine", absent)
        with pytest.raises(DatabaseError, match=r"trd-evidence\[postgresql\]"):
            connect("postgresql://server/evidence")

    def test_a_database_that_cannot_hold_every_letter(
        self, postgresql: Server, migraine: Protocol
    ) -> None:
        name = postgresql.create("ENCODING 'LATIN1' LOCALE 'C'")
        with pytest.raises(DatabaseError, match="keeps text as LATIN1"):
            create_database(postgresql.url(name), migraine)
