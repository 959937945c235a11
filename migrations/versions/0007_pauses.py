"""lines that pause or lengthen, found by their time

Revision ID: 0007
Revises: 0004
Create Date: 2026-11-25 00:00:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

TOOK_LONGER = "kind IN ('waiting', 'extension_decided', 'deferral_decided')"


def upgrade():
    with op.batch_alter_table('timeline_entries', schema=None) as batch_op:
        batch_op.create_index('ix_timeline_entries_took_longer', ['at', 'request_id'], unique=False, sqlite_where=sa.text(TOOK_LONGER), postgresql_where=sa.text(TOOK_LONGER))


def downgrade():
    with op.batch_alter_table('timeline_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_timeline_entries_took_longer', sqlite_where=sa.text(TOOK_LONGER), postgresql_where=sa.text(TOOK_LONGER))
