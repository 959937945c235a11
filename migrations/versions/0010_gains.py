"""what a changed calendar looks through is found along indexes

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-25 01:15:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_request_clocks_late', 'request_clocks', ['met_at'], unique=False, sqlite_where=sa.text("outcome = 'late'"), postgresql_where=sa.text("outcome = 'late'"))


def downgrade():
    op.drop_index('ix_request_clocks_late', 'request_clocks')
