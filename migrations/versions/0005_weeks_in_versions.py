"""weeks of stations in versions, open past midnight; days that a calendar changed

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-25 00:05:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# The primary key changes, so the table is made anew around its rows.
KEEP = 'CREATE TABLE kept_hours AS SELECT * FROM station_hours'
WEEKS = """
INSERT INTO station_weeks (station_id, version, created_at)
SELECT id, hours_version, CURRENT_TIMESTAMP FROM stations
"""
HOURS = """
INSERT INTO station_hours (station_id, version, weekday, opens, closes)
SELECT stations.id, stations.hours_version, weekday, opens, closes
FROM kept_hours JOIN stations ON stations.id = kept_hours.station_id
"""
# Who is open past midnight has two intervals, on two days. The week in force alone stays.
EVENINGS = """
INSERT INTO station_hours (station_id, weekday, opens, closes)
SELECT station_id, weekday, opens, CASE WHEN closes > 1440 THEN 1440 ELSE closes END
FROM kept_hours JOIN stations ON stations.id = station_id AND stations.hours_version = version
"""
NIGHTS = """
INSERT INTO station_hours (station_id, weekday, opens, closes)
SELECT station_id, (weekday + 1) % 7, 0, closes - 1440
FROM kept_hours JOIN stations ON stations.id = station_id AND stations.hours_version = version
WHERE closes > 1440
"""


def upgrade():
    op.create_table('station_weeks',
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('moved', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('reached', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_station_weeks_station_id')),
    sa.PrimaryKeyConstraint('station_id', 'version', name=op.f('pk_station_weeks'))
    )
    op.execute(WEEKS)
    op.execute(KEEP)
    op.drop_table('station_hours')
    op.create_table('station_hours',
    sa.Column('station_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('weekday', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('opens', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('closes', sa.Integer(), nullable=False),
    sa.CheckConstraint('opens >= 0 AND opens < 1440 AND opens < closes AND closes <= 2880', name=op.f('ck_station_hours_in_two_days')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_station_hours_weekday')),
    sa.ForeignKeyConstraint(['station_id', 'version'], ['station_weeks.station_id', 'station_weeks.version'], name=op.f('fk_station_hours_station_id_version')),
    sa.PrimaryKeyConstraint('station_id', 'version', 'weekday', 'opens', name=op.f('pk_station_hours'))
    )
    op.execute(HOURS)
    op.drop_table('kept_hours')
    with op.batch_alter_table('calendar_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed', sa.Integer(), server_default=sa.text('0'), nullable=False))


def downgrade():
    with op.batch_alter_table('calendar_versions', schema=None) as batch_op:
        batch_op.drop_column('changed')
    op.execute(KEEP)
    op.drop_table('station_hours')
    op.create_table('station_hours',
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('opens', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('closes', sa.Integer(), nullable=False),
    sa.CheckConstraint('opens >= 0 AND opens < closes AND closes <= 1440', name=op.f('ck_station_hours_in_day')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_station_hours_weekday')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_station_hours_station_id')),
    sa.PrimaryKeyConstraint('station_id', 'weekday', 'opens', name=op.f('pk_station_hours'))
    )
    op.execute(EVENINGS)
    op.execute(NIGHTS)
    op.drop_table('kept_hours')
    op.drop_table('station_weeks')
