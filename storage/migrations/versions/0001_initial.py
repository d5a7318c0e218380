"""Documents, revisions, texts and runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "texts",
        sa.Column("hash", sa.String(32), primary_key=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("newline", sa.String(), nullable=False),
        sa.Column("bom", sa.Boolean(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("head_id", sa.String(32), sa.ForeignKey("revisions.id", name="fk_documents_head"), nullable=True),
        sa.Column("draft_hash", sa.String(32), sa.ForeignKey("texts.hash"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_documents_updated_at", "documents", ["updated_at"])
    op.create_table(
        "runs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("text_hash", sa.String(32), sa.ForeignKey("texts.hash"), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("trace", sa.LargeBinary(), nullable=False),
        sa.Column("discarded", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_runs_document_id", "runs", ["document_id"])
    op.create_table(
        "revisions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("parent_id", sa.String(32), sa.ForeignKey("revisions.id"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(32), sa.ForeignKey("texts.hash"), nullable=False),
        sa.Column("run_id", sa.String(64), sa.ForeignKey("runs.id"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_revisions_document_id", "revisions", ["document_id"])
    op.create_index("ix_revisions_parent_id", "revisions", ["parent_id"])


def downgrade() -> None:
    for table in ("revisions", "runs", "documents", "texts"):
        op.drop_table(table)
