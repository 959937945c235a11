"""closures in the calendar, limits by county, what a new calendar moved

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-24 23:45:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

KINDS = {
    'calendar_days': ('day_kind', ('holiday', 'working'), ('closure',)),
    'clock_policies': ('policy_kind', ('first_response', 'resolution', 'make_safe', 'danger_look', 'category_check', 'dispatch', 'sign', 'return', 'extension', 'waiting', 'follow_up', 'rework', 'reopen', 'rating_window'), ('silent', 'review')),
    'timeline_entries': ('entry_kind', ('submitted', 'suggested', 'assigned', 'looked', 'acknowledged', 'classified', 'claimed', 'contact', 'note', 'follow_up', 'waiting', 'resumed', 'return_proposed', 'return_decided', 'extension_proposed', 'extension_decided', 'resolved', 'invited', 'rated', 'rework', 'withdrawn', 'closed', 'merged', 'declined', 'paged', 'vacancy', 'reminded'), ('deferral_proposed', 'deferral_decided', 'calendar_changed')),
}
SILENT = """
INSERT INTO clock_policies (version_id, kind, clock, amount)
SELECT max(id), 'silent', 'working_day', 3 FROM policy_versions HAVING max(id) IS NOT NULL
"""
REVIEW = """
INSERT INTO clock_policies (version_id, kind, clock, amount)
SELECT max(id), 'review', 'wall', 43200 FROM policy_versions HAVING max(id) IS NOT NULL
"""


def _allow(table, name, values):
    known = ', '.join(f"'{each}'" for each in values)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f'ck_{table}_{name}'), type_='check')
        batch_op.create_check_constraint(op.f(f'ck_{table}_{name}'), f'kind IN ({known})')


def upgrade():
    for table, (name, before, more) in KINDS.items():
        _allow(table, name, before + more)
    with op.batch_alter_table('calendar_days', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hours', sa.String(length=120), server_default='', nullable=False))
    with op.batch_alter_table('calendar_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('moved', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('reached', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
    with op.batch_alter_table('clock_policies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('area_code', sa.String(length=12), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_clock_policies_area_code'), 'areas', ['area_code'], ['code'])
    op.execute(SILENT)
    op.execute(REVIEW)


def downgrade():
    with op.batch_alter_table('clock_policies', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_clock_policies_area_code'), type_='foreignkey')
        batch_op.drop_column('area_code')
    with op.batch_alter_table('calendar_versions', schema=None) as batch_op:
        batch_op.drop_column('reached')
        batch_op.drop_column('moved')
    with op.batch_alter_table('calendar_days', schema=None) as batch_op:
        batch_op.drop_column('hours')
    for table, (name, before, more) in KINDS.items():
        gone = ', '.join(f"'{each}'" for each in more)
        op.execute(f'DELETE FROM {table} WHERE kind IN ({gone})')
        _allow(table, name, before)
