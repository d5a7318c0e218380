"""Texts by what differs; names, notes and tags of revisions; private documents; what is searched; seals.

The ids of documents that are there begin with their numbers, as they did. Seals and passages of old rows are made in the
background (storage.upkeep).
"""

import sqlalchemy as sa
from alembic import op

from storage.texts.packing import unpacked

revision = "0005"
down_revision = "0004"

SEALED = ("texts", "documents", "deleted_documents", "runs", "revisions")
COLUMNS = {
    "texts": {"base_hash": (sa.String(32), None), "place": (sa.Integer(), "0")},
    "documents": {"origin": (sa.String(32), ""), "private": (sa.Boolean(), "0")},
    "revisions": {"name": (sa.String(), None), "note": (sa.String(), None), "tags": (sa.JSON(), "[]")},
}
"""the type of each, and what it is in rows that are there"""
FOUND = """CREATE VIRTUAL TABLE found USING fts5(words, content='passages', content_rowid='id', columnsize=0,
tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M*'")"""
TRIGGERS = {
    "passages_in": "AFTER INSERT ON passages BEGIN INSERT INTO found(rowid, words) VALUES (new.id, new.words); END",
    "passages_out": "AFTER DELETE ON passages BEGIN "
    "INSERT INTO found(found, rowid, words) VALUES ('delete', old.id, old.words); END",
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, (kind, default) in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
    for table in SEALED:
        op.add_column(table, sa.Column("seal", sa.String(32)))
    op.create_index("ix_texts_base_hash", "texts", ["base_hash"])
    op.execute("UPDATE documents SET origin = CAST(id AS VARCHAR(32))")
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.String(32)),
        sa.Column("run_id", sa.String(64)),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("seal", sa.String(32)),
    )
    for name in ("document_id", "revision_id", "run_id"):
        op.create_index(f"ix_passages_{name}", "passages", [name])
    op.create_table(
        "facts",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(32)),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FOUND)
        for name, what in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE found")
    op.drop_table("facts")
    op.drop_table("passages")
    _whole(bind)
    op.drop_index("ix_texts_base_hash", "texts")
    for table in SEALED:
        op.drop_column(table, "seal")
    for table, columns in COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)


def _whole(bind) -> None:
    """Every text as older versions store it."""
    import zlib

    rows = {row.hash: row for row in bind.execute(sa.text("SELECT hash, data, base_hash FROM texts"))}

    def raw(key):
        row = rows[key]
        return unpacked(row.data, raw(row.base_hash) if row.base_hash else None)

    for key in rows:
        try:
            data = zlib.compress(raw(key))
        except Exception:
            continue  # it is damaged, and stays so
        bind.execute(sa.text("UPDATE texts SET data = :data WHERE hash = :key"), {"data": data, "key": key})
