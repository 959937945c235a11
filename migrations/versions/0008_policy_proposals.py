"""limits that wait for a second person

Revision ID: 0008
Revises: 0004
Create Date: 2026-11-24 23:50:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('policy_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(length=12), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('edits', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> proposed_by', name=op.f('ck_policy_proposals_two_people')),
    sa.ForeignKeyConstraint(['area_code'], ['areas.code'], name=op.f('fk_policy_proposals_area_code')),
    sa.ForeignKeyConstraint(['decided_by'], ['users.id'], name=op.f('fk_policy_proposals_decided_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['users.id'], name=op.f('fk_policy_proposals_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_proposals'))
    )
    with op.batch_alter_table('policy_proposals', schema=None) as batch_op:
        batch_op.create_index('ix_policy_proposals_waiting', ['area_code'], unique=False, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))


def downgrade():
    op.drop_table('policy_proposals')
