"""A bin and a dictionary for documents; runs that branch off others.

Plain ALTER TABLE: a table made anew would be dropped on the way, which foreign keys forbid.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("documents", sa.Column("deleted_at", sa.DateTime(), nullable=True))
    op.add_column("documents", sa.Column("dictionary", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index("ix_documents_deleted_at", "documents", ["deleted_at"])
    op.add_column("runs", sa.Column("parent_id", sa.String(64), nullable=True))
    op.add_column("runs", sa.Column("parent_step", sa.Integer(), nullable=True))
    op.create_index("ix_runs_parent_id", "runs", ["parent_id"])


def downgrade() -> None:
    op.drop_index("ix_runs_parent_id", "runs")
    op.drop_column("runs", "parent_step")
    op.drop_column("runs", "parent_id")
    op.drop_index("ix_documents_deleted_at", "documents")
    op.drop_column("documents", "dictionary")
    op.drop_column("documents", "deleted_at")
