"""reminders: each step of a promise once

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-24 21:55:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

OPEN = "'accepted', 'assigned', 'deferred', 'received', 'rework', 'waiting'"
# What runs already is looked at by the first sweep, which works out its real moment.
WAKE = f"""
UPDATE request_clocks SET remind_at = started_at
WHERE outcome = 'open' AND paused_at IS NULL
  AND request_id IN (SELECT id FROM service_requests WHERE state IN ({OPEN}))
"""


def upgrade():
    op.create_table('reminders',
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clock', sa.Enum('first_response', 'resolution', name='clock', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('step', sa.Enum('half', 'most', 'due', 'after', name='step', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('skipped', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['service_requests.id'], name=op.f('fk_reminders_request_id')),
    sa.PrimaryKeyConstraint('request_id', 'clock', 'cycle', 'step', name=op.f('pk_reminders'))
    )
    with op.batch_alter_table('request_clocks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('steps', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_request_clocks_remind_at', ['remind_at'], unique=False, sqlite_where=sa.text('remind_at IS NOT NULL'), postgresql_where=sa.text('remind_at IS NOT NULL'))
    op.execute(WAKE)


def downgrade():
    with op.batch_alter_table('request_clocks', schema=None) as batch_op:
        batch_op.drop_index('ix_request_clocks_remind_at', sqlite_where=sa.text('remind_at IS NOT NULL'), postgresql_where=sa.text('remind_at IS NOT NULL'))
        batch_op.drop_column('remind_at')
        batch_op.drop_column('steps')
    op.drop_table('reminders')
