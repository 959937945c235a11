"""days of the calendar that wait for a second person

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-25 00:50:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('calendar_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(length=12), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> proposed_by', name=op.f('ck_calendar_proposals_two_people')),
    sa.ForeignKeyConstraint(['area_code'], ['areas.code'], name=op.f('fk_calendar_proposals_area_code')),
    sa.ForeignKeyConstraint(['decided_by'], ['users.id'], name=op.f('fk_calendar_proposals_decided_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['users.id'], name=op.f('fk_calendar_proposals_proposed_by')),
    sa.ForeignKeyConstraint(['version_id'], ['calendar_versions.id'], name=op.f('fk_calendar_proposals_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_proposals')),
    sa.UniqueConstraint('version_id', name=op.f('uq_calendar_proposals_version_id'))
    )
    with op.batch_alter_table('calendar_proposals', schema=None) as batch_op:
        batch_op.create_index('ix_calendar_proposals_waiting', ['area_code'], unique=False, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))


def downgrade():
    op.drop_table('calendar_proposals')
