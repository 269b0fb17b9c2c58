"""Indexes for what lists look up: cases by tag, records by when they came on record."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('case_tag', schema=None) as batch_op:
        batch_op.create_index('ix_case_tag_scheme_code', ['scheme', 'code'], unique=False)

    with op.batch_alter_table('status_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_status_record_recorded_at'), ['recorded_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('status_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_status_record_recorded_at'))

    with op.batch_alter_table('case_tag', schema=None) as batch_op:
        batch_op.drop_index('ix_case_tag_scheme_code')

