"""search."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_search',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_saved_search'))
    )
    op.create_table('search_miss',
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('words', 'day', name=op.f('pk_search_miss'))
    )
    op.create_index('ix_search_miss_day', 'search_miss', ['day'])


def downgrade() -> None:
    op.drop_index('ix_search_miss_day', table_name='search_miss')
    op.drop_table('search_miss')
    op.drop_table('saved_search')
