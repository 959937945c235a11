"""invitations that no text could carry

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-24 20:40:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('rating_invitations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked', sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade():
    with op.batch_alter_table('rating_invitations', schema=None) as batch_op:
        batch_op.drop_column('asked')
