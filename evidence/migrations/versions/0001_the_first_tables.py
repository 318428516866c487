"""The first tables, the triggers that guard two of them, and those that count claims."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A decision or an audit line that can be rewritten proves nothing.
APPEND_ONLY = {"decision": ("sequence", "id"), "audit": ("sequence", "sha256")}

SQLITE, REFUSE = "sqlite", "refuse_rewriting"


def _protect(table: str, keys: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name != SQLITE:
        # By statement: what would change no row is refused too, and TRUNCATE and
        # ON CONFLICT DO UPDATE with it. ALWAYS: replication does not switch it off.
        op.execute(
            f"CREATE TRIGGER {table}_no_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {REFUSE}()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_rewriting")
        return
    taken = " OR ".join(f"{key} = NEW.{key}" for key in keys)
    # The insert trigger is there because INSERT OR REPLACE deletes without a DELETE
    # trigger unless the connection set recursive_triggers, which other programs do
    # not.
    for name, moment, condition in (
        ("no_update", "UPDATE", ""),
        ("no_delete", "DELETE", ""),
        (
            "no_replace",
            "INSERT",
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})",  # noqa: S608
        ),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {moment} ON {table}{condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


COUNTED = ("domain", "role", "treatment", "design", "status")
COUNT = "count_claims"


def _count() -> None:
    """Let the database itself keep `claim_count`: no writer can forget it."""
    names = ", ".join(COUNTED)
    if op.get_bind().dialect.name != SQLITE:
        same = " AND ".join(f"claim_count.{name} = gone.{name}" for name in COUNTED)
        # A statement counts all its rows at once, and in one order, so that two
        # writers never wait for each other crosswise.
        op.execute(
            f"CREATE FUNCTION {COUNT}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
            + "".join(
                f"IF TG_OP = '{moment}' THEN INSERT INTO claim_count AS held "  # noqa: S608
                f"({names}, claims) SELECT {names}, sum(moved) FROM ({rows}) AS rows "
                f"GROUP BY {names} HAVING sum(moved) <> 0 ORDER BY {names} "
                f"ON CONFLICT ({names}) DO UPDATE "
                "SET claims = held.claims + excluded.claims; END IF; "
                for moment, rows in (
                    ("INSERT", f"SELECT {names}, 1 AS moved FROM added"),  # noqa: S608
                    ("DELETE", f"SELECT {names}, -1 AS moved FROM gone"),  # noqa: S608
                    (
                        "UPDATE",
                        f"SELECT {names}, 1 AS moved FROM added "  # noqa: S608
                        f"UNION ALL SELECT {names}, -1 FROM gone",
                    ),
                )
            )
            + f"IF TG_OP <> 'INSERT' THEN DELETE FROM claim_count USING gone WHERE "  # noqa: S608
            f"{same} AND claim_count.claims = 0; END IF; RETURN NULL; END $$"
        )
        for moment, tables in (
            ("INSERT", "NEW TABLE AS added"),
            ("DELETE", "OLD TABLE AS gone"),
            ("UPDATE", "NEW TABLE AS added OLD TABLE AS gone"),
        ):
            op.execute(
                f"CREATE TRIGGER claim_count_{moment.lower()} AFTER {moment} ON claim "
                f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {COUNT}()"
            )
        return
    new = ", ".join(f"NEW.{name}" for name in COUNTED)
    old = " AND ".join(f"{name} = OLD.{name}" for name in COUNTED)
    moved = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in COUNTED)
    came = (
        f"INSERT INTO claim_count ({names}, claims) VALUES ({new}, 1) "  # noqa: S608
        f"ON CONFLICT ({names}) DO UPDATE SET claims = claims + 1; "
    )
    went = (
        f"UPDATE claim_count SET claims = claims - 1 WHERE {old}; "  # noqa: S608
        f"DELETE FROM claim_count WHERE {old} AND claims = 0; "
    )
    for moment, when, steps in (
        ("INSERT", "INSERT ON claim", came),
        ("DELETE", "DELETE ON claim", went),
        ("UPDATE", f"UPDATE OF {names} ON claim WHEN {moved}", went + came),
    ):
        op.execute(
            f"CREATE TRIGGER claim_count_{moment.lower()} AFTER {when} BEGIN {steps}END"
        )


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit")),
        sa.UniqueConstraint("sha256", name=op.f("uq_audit_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cell",
        sa.Column("treatment", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("unreviewed", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("background", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("retracted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("treatment", "domain", "role", name=op.f("pk_cell")),
    )
    op.create_table(
        "claim_count",
        *(sa.Column(name, sa.String(), nullable=False) for name in COUNTED),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*COUNTED, name=op.f("pk_claim_count")),
    )
    op.create_table(
        "decision",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("curator", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "action <> 'reject' OR reason IS NOT NULL",
            name=op.f("ck_decision_rejection_has_reason"),
        ),
        sa.CheckConstraint(
            "action IN ('accept', 'amend', 'reject', 'defer', 'flag', 'adjudicate', 'undo')",
            name=op.f("ck_decision_action_known"),
        ),
        sa.CheckConstraint(
            "reason IN ('not_own_result', 'background', 'wrong_treatment', 'wrong_comparator', 'wrong_domain', 'wrong_role', 'wrong_direction', 'negation_or_hedge_missed', 'wrong_population', 'not_a_comparison', 'protocol_without_results', 'duplicate_report', 'not_human', 'quote_boundary', 'out_of_scope')",
            name=op.f("ck_decision_reason_known"),
        ),
        sa.CheckConstraint(
            "role IN ('curator', 'adjudicator', 'administrator')",
            name=op.f("ck_decision_role_known"),
        ),
        sa.CheckConstraint(
            "subject_kind IN ('claim', 'reference', 'study_link', 'fidelity', 'cell_statement', 'paper', 'regulatory_fact')",
            name=op.f("ck_decision_subject_kind_known"),
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_decision")),
        sa.UniqueConstraint("id", name=op.f("uq_decision_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decision_curator"), ["curator"], unique=False
        )
        batch_op.create_index(
            "ix_decision_subject", ["subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("finished", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "passed_over",
        sa.Column("pmid", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"], ["run.id"], name=op.f("fk_passed_over_run_run")
        ),
        sa.PrimaryKeyConstraint("pmid", name=op.f("pk_passed_over")),
    )
    op.create_table(
        "quarantine",
        sa.Column("pmid", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"], ["run.id"], name=op.f("fk_quarantine_run_run")
        ),
        sa.PrimaryKeyConstraint("pmid", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "record",
        sa.Column("pmid", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("text_source", sa.String(), nullable=False),
        sa.Column("retraction", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("study", sa.String(), nullable=False),
        sa.Column("link_source", sa.String(), nullable=False),
        sa.Column("has_abstract", sa.Boolean(), nullable=False),
        sa.Column("read_with", sa.String(), nullable=True),
        sa.Column("gone_at", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("changed_run", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "retraction IN ('retracted', 'expression_of_concern', 'corrected', 'none')",
            name=op.f("ck_record_retraction_known"),
        ),
        sa.CheckConstraint(
            "text_source IN ('pubmed', 'digest')",
            name=op.f("ck_record_text_source_known"),
        ),
        sa.CheckConstraint(
            "merged_into IS NULL OR gone_at IS NOT NULL",
            name=op.f("ck_record_merged_is_gone"),
        ),
        sa.CheckConstraint(
            "pmid BETWEEN 1 AND 999999999", name=op.f("ck_record_pmid_range")
        ),
        sa.ForeignKeyConstraint(
            ["changed_run"], ["run.id"], name=op.f("fk_record_changed_run_run")
        ),
        sa.PrimaryKeyConstraint("pmid", name=op.f("pk_record")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_study"), ["study"], unique=False)

    op.create_table(
        "reference",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pmid", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("agreements", sa.Text(), nullable=False),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_reference_run_run")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reference")),
    )
    op.create_table(
        "search",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("topic_sha256", sa.String(), nullable=False),
        sa.Column("swept", sa.Boolean(), nullable=False),
        sa.Column("window_start", sa.String(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("known_found", sa.Text(), nullable=False),
        sa.Column("phrases_not_found", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_search_run_run")),
        sa.PrimaryKeyConstraint("run", "search", name=op.f("pk_search")),
    )
    op.create_table(
        "record_version",
        sa.Column("pmid", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pmid"], ["record.pmid"], name=op.f("fk_record_version_pmid_record")
        ),
        sa.ForeignKeyConstraint(
            ["run"], ["run.id"], name=op.f("fk_record_version_run_run")
        ),
        sa.PrimaryKeyConstraint(
            "pmid", "content_sha256", name=op.f("pk_record_version")
        ),
    )
    op.create_table(
        "text",
        sa.Column("pmid", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("normaliser", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "field IN ('title', 'abstract')", name=op.f("ck_text_field_known")
        ),
        sa.ForeignKeyConstraint(
            ["pmid"], ["record.pmid"], name=op.f("fk_text_pmid_record")
        ),
        sa.PrimaryKeyConstraint("pmid", "field", "sha256", name=op.f("pk_text")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pmid", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("start_offset", sa.Integer(), nullable=False),
        sa.Column("end_offset", sa.Integer(), nullable=False),
        sa.Column("treatment", sa.String(), nullable=False),
        sa.Column("comparator", sa.String(), nullable=True),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("species", sa.String(), nullable=False),
        sa.Column("design", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("extractor", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("curators", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("tombstone", sa.String(), nullable=True),
        sa.Column("created_run", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "design IN ('systematic_review', 'pooled_analysis', 'randomised', 'randomised_crossover', 'controlled', 'cohort', 'uncontrolled', 'case_report', 'cross_sectional', 'narrative_review', 'protocol', 'preclinical', 'not_stated')",
            name=op.f("ck_claim_design_known"),
        ),
        sa.CheckConstraint(
            "direction IN ('improves', 'no_clear_difference', 'worsens', 'mixed', 'not_stated')",
            name=op.f("ck_claim_direction_known"),
        ),
        sa.CheckConstraint(
            "role IN ('outcome', 'subgroup', 'moderator', 'overall')",
            name=op.f("ck_claim_role_known"),
        ),
        sa.CheckConstraint(
            "species IN ('human', 'animal', 'in_vitro')",
            name=op.f("ck_claim_species_known"),
        ),
        sa.CheckConstraint(
            "statement IN ('own_result', 'background', 'aim', 'recommendation')",
            name=op.f("ck_claim_statement_known"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'in_review', 'accepted', 'rejected', 'deferred', 'awaiting_second', 'disputed', 'adjudicated', 'needs_rereview', 'withdrawn')",
            name=op.f("ck_claim_status_known"),
        ),
        sa.CheckConstraint(
            "tombstone IN ('no_longer_proposed')",
            name=op.f("ck_claim_tombstone_known"),
        ),
        sa.CheckConstraint(
            "confidence BETWEEN 0 AND 1", name=op.f("ck_claim_confidence_range")
        ),
        sa.CheckConstraint(
            "end_offset > start_offset", name=op.f("ck_claim_quote_not_empty")
        ),
        sa.CheckConstraint(
            "start_offset >= 0", name=op.f("ck_claim_start_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["created_run"], ["run.id"], name=op.f("fk_claim_created_run_run")
        ),
        sa.ForeignKeyConstraint(
            ["pmid", "field", "text_sha256"],
            ["text.pmid", "text.field", "text.sha256"],
            name=op.f("fk_claim_pmid_field_text_sha256_text"),
        ),
        sa.ForeignKeyConstraint(
            ["pmid"], ["record.pmid"], name=op.f("fk_claim_pmid_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(
            "ix_claim_cell",
            ["domain", "role", "treatment", "status", "pmid"],
            unique=False,
        )
        batch_op.create_index(
            "ix_claim_decided",
            ["domain", "role", "treatment", "comparator"],
            unique=False,
            sqlite_where=sa.text("decided_at IS NOT NULL"),
            postgresql_where=sa.text("decided_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_claim_fingerprint"), ["fingerprint"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_claim_pmid"), ["pmid"], unique=False)
        batch_op.create_index(
            "ix_claim_reading", ["status", "pmid", "start_offset", "id"], unique=False
        )
        batch_op.create_index(
            "ix_claim_confidence", ["status", "confidence", "id"], unique=False
        )
        batch_op.create_index("ix_claim_curators", ["status", "curators"], unique=False)
    op.create_table(
        "saved_queue",
        sa.Column("curator", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("curator", "name", name=op.f("pk_saved_queue")),
    )
    op.create_table(
        "slice",
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("curator", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("drawn_from", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("seed", name=op.f("pk_slice")),
    )
    op.create_table(
        "slice_claim",
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim"], ["claim.id"], name=op.f("fk_slice_claim_claim_claim")
        ),
        sa.ForeignKeyConstraint(
            ["seed"], ["slice.seed"], name=op.f("fk_slice_claim_seed_slice")
        ),
        sa.PrimaryKeyConstraint("seed", "claim", name=op.f("pk_slice_claim")),
    )
    with op.batch_alter_table("slice_claim", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_slice_claim_claim"), ["claim"], unique=False
        )

    op.create_table(
        "deferral",
        sa.Column("curator", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim"], ["claim.id"], name=op.f("fk_deferral_claim_claim")
        ),
        sa.PrimaryKeyConstraint("curator", "claim", name=op.f("pk_deferral")),
    )
    with op.batch_alter_table("deferral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deferral_claim"), ["claim"], unique=False)

    op.create_table(
        "loaded_file",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("selection", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"], ["run.id"], name=op.f("fk_loaded_file_run_run")
        ),
        sa.PrimaryKeyConstraint(
            "name", "sha256", "selection", name=op.f("pk_loaded_file")
        ),
    )
    op.create_table(
        "release",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("library_sha256", sa.String(), nullable=False),
        sa.Column("downloads_sha256", sa.String(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("sentences", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_release_run_run")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release")),
    )
    op.create_table(
        "released_address",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release"],
            ["release.number"],
            name=op.f("fk_released_address_release_release"),
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_released_address")),
    )

    op.create_table(
        "curator",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.Text(), nullable=True),
        sa.Column("interests", sa.Text(), nullable=True),
        sa.Column("declared_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('curator', 'adjudicator', 'administrator')",
            name=op.f("ck_curator_role_known"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_curator")),
        sa.UniqueConstraint("folded", name=op.f("uq_curator_folded")),
    )
    op.create_table(
        "login",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("curator", sa.String(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["curator"], ["curator.name"], name=op.f("fk_login_curator_curator")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_login")),
    )
    op.create_index(op.f("ix_login_curator"), "login", ["curator"], unique=False)
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    for column in ("account", "address"):
        op.create_index(
            f"ix_login_attempt_{column}", "login_attempt", [column, "at"], unique=False
        )

    op.create_table(
        "doubt",
        sa.Column("pmid", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.CheckConstraint(
            "field IN ('title', 'abstract')", name=op.f("ck_doubt_field_known")
        ),
        sa.CheckConstraint(
            "kind IN ('retracted', 'concern', 'gone', 'text_changed', 'digest_replaced')",
            name=op.f("ck_doubt_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["pmid"], ["record.pmid"], name=op.f("fk_doubt_pmid_record")
        ),
        sa.PrimaryKeyConstraint("pmid", "number", name=op.f("pk_doubt")),
    )

    if op.get_bind().dialect.name != SQLITE:
        op.execute(
            f"CREATE FUNCTION {REFUSE}() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table, keys in APPEND_ONLY.items():
        _protect(table, keys)
    _count()


def downgrade() -> None:
    for table in ("doubt", "login_attempt", "login", "curator"):
        op.drop_table(table)
    with op.batch_alter_table("deferral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deferral_claim"))
    op.drop_table("deferral")
    with op.batch_alter_table("slice_claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slice_claim_claim"))
    op.drop_table("slice_claim")
    op.drop_table("slice")
    op.drop_table("saved_queue")
    op.drop_table("released_address")
    op.drop_table("release")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_curators")
        batch_op.drop_index("ix_claim_confidence")
        batch_op.drop_index("ix_claim_reading")
        batch_op.drop_index(batch_op.f("ix_claim_pmid"))
        batch_op.drop_index(batch_op.f("ix_claim_fingerprint"))
        batch_op.drop_index("ix_claim_decided")
        batch_op.drop_index("ix_claim_cell")

    op.drop_table("loaded_file")
    op.drop_table("claim")
    op.drop_table("claim_count")
    op.drop_table("text")
    op.drop_table("record_version")
    op.drop_table("search")
    op.drop_table("reference")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_study"))

    op.drop_table("record")
    op.drop_table("quarantine")
    op.drop_table("passed_over")
    op.drop_table("run")
    op.drop_table("meta")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_subject")
        batch_op.drop_index(batch_op.f("ix_decision_curator"))

    op.drop_table("decision")
    op.drop_table("cell")
    op.drop_table("audit")
    if op.get_bind().dialect.name != SQLITE:
        for function in (REFUSE, COUNT):
            op.execute(f"DROP FUNCTION {function}()")
