"""Figures of revisions and words of documents beside them; drafts that were typed over go away.

The figures of old rows stay empty here, so that starting does not wait for them: storage.upkeep counts them. The indexes are
what SQLite looks at, once per table, for each text or run that is deleted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INDEXES = {
    "ix_documents_draft_hash": ("documents", "draft_hash"),
    "ix_runs_text_hash": ("runs", "text_hash"),
    "ix_revisions_text_hash": ("revisions", "text_hash"),
    "ix_revisions_run_id": ("revisions", "run_id"),
}
UNREFERRED = """DELETE FROM texts WHERE hash NOT IN (
  SELECT draft_hash FROM documents WHERE draft_hash IS NOT NULL
  UNION SELECT text_hash FROM runs UNION SELECT text_hash FROM revisions
)"""


def upgrade() -> None:
    op.add_column("documents", sa.Column("words", sa.Integer(), nullable=True))
    op.add_column("revisions", sa.Column("added", sa.Integer(), nullable=True))
    op.add_column("revisions", sa.Column("removed", sa.Integer(), nullable=True))
    op.add_column("revisions", sa.Column("excerpt", sa.String(), nullable=True))
    for name, (table, column) in INDEXES.items():
        op.create_index(name, table, [column])
    if op.get_bind().dialect.name == "sqlite":
        # Many builds of SQLite write zeros over what is deleted: as much again, in time and room, as there are drafts.
        op.execute("PRAGMA secure_delete = FAST")
    op.execute(UNREFERRED)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    for column in ("excerpt", "removed", "added"):
        op.drop_column("revisions", column)
    op.drop_column("documents", "words")
