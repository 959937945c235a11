"""station days: what was told, what waits for a second person, which weekends count

Revision ID: 0006
Revises: 0004
Create Date: 2026-11-25 00:10:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('station_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.Enum('opened', 'excused', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(approved IS NULL) = (decided_at IS NULL)', name=op.f('ck_station_proposals_decided')),
    sa.CheckConstraint('decided_by <> proposed_by', name=op.f('ck_station_proposals_second_person')),
    sa.ForeignKeyConstraint(['area_code'], ['areas.code'], name=op.f('fk_station_proposals_area_code')),
    sa.ForeignKeyConstraint(['decided_by'], ['users.id'], name=op.f('fk_station_proposals_decided_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['users.id'], name=op.f('fk_station_proposals_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_proposals'))
    )
    with op.batch_alter_table('station_proposals', schema=None) as batch_op:
        batch_op.create_index('ix_station_proposals_approved_area_code', ['approved', 'area_code'], unique=False)
    op.create_table('station_days',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(length=12), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('opened', 'excused', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('hours', sa.JSON(), nullable=False),
    sa.Column('open_since', sa.Integer(), nullable=True),
    sa.Column('source', sa.Enum('clerk', 'import', 'confirmed', name='source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('number >= 1', name=op.f('ck_station_days_number')),
    sa.CheckConstraint('open_since >= 0 AND open_since < 1440', name=op.f('ck_station_days_open_since')),
    sa.ForeignKeyConstraint(['area_code'], ['areas.code'], name=op.f('fk_station_days_area_code')),
    sa.ForeignKeyConstraint(['proposal_id'], ['station_proposals.id'], name=op.f('fk_station_days_proposal_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['users.id'], name=op.f('fk_station_days_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_days')),
    sa.UniqueConstraint('area_code', 'day', 'number', name=op.f('uq_station_days_area_code_day_number'))
    )
    op.create_table('station_weekends',
    sa.Column('area_code', sa.String(length=12), nullable=False),
    sa.Column('saturday', sa.Boolean(), nullable=False),
    sa.Column('sunday', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['area_code'], ['areas.code'], name=op.f('fk_station_weekends_area_code')),
    sa.PrimaryKeyConstraint('area_code', name=op.f('pk_station_weekends'))
    )


def downgrade():
    op.drop_table('station_weekends')
    op.drop_table('station_days')
    with op.batch_alter_table('station_proposals', schema=None) as batch_op:
        batch_op.drop_index('ix_station_proposals_approved_area_code')
    op.drop_table('station_proposals')
