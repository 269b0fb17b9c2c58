"""The whole text of stories, what tells them apart and what is decided about them; hosts; events."""

import sqlalchemy as sa
from alembic import op

from hub.feeds.identity import second_key, words_of

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feed_host',
    sa.Column('pair', sa.String(length=260), nullable=False),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('busy_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('busy_by', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('pair', name=op.f('pk_feed_host'))
    )
    op.create_table('calendar_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('starts_at_time', sa.String(length=5), nullable=True),
    sa.Column('ends_at_time', sa.String(length=5), nullable=True),
    sa.Column('time_zone', sa.String(length=40), nullable=True),
    sa.Column('held', sa.String(length=20), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('organiser', sa.String(length=200), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('city_slugs', sa.JSON(), nullable=False),
    sa.Column('principle_codes', sa.JSON(), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['user_account.id'], name=op.f('fk_calendar_event_added_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_event')),
    sa.UniqueConstraint('slug', name=op.f('uq_calendar_event_slug'))
    )
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_event_starts_on'), ['starts_on'], unique=False)

    with op.batch_alter_table('feed_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('guid_alt', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('body_html', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('words', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('enclosures', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('is_tied_by_hand', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('pinned_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.create_index('ix_feed_entry_guid_alt', ['source_id', 'guid_alt'], unique=False)

    with op.batch_alter_table('feed_source', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organisation_slug', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('read_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('pace_minutes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('moved_to', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('moved_since', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('moved_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('moved_times', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_index(batch_op.f('ix_feed_source_organisation_slug'), ['organisation_slug'], unique=False)
    _fill()


def downgrade() -> None:
    with op.batch_alter_table('feed_source', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_source_organisation_slug'))
        batch_op.drop_column('moved_times')
        batch_op.drop_column('moved_at')
        batch_op.drop_column('moved_since')
        batch_op.drop_column('moved_to')
        batch_op.drop_column('pace_minutes')
        batch_op.drop_column('read_at')
        batch_op.drop_column('organisation_slug')

    with op.batch_alter_table('feed_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_entry_guid_alt')
        batch_op.drop_column('version')
        batch_op.drop_column('removed_at')
        batch_op.drop_column('hidden_at')
        batch_op.drop_column('pinned_at')
        batch_op.drop_column('edited_at')
        batch_op.drop_column('is_tied_by_hand')
        batch_op.drop_column('enclosures')
        batch_op.drop_column('words')
        batch_op.drop_column('body_html')
        batch_op.drop_column('guid_alt')

    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_event_starts_on'))

    op.drop_table('calendar_event')
    op.drop_table('feed_host')


def _fill() -> None:
    """Give the stories on record what they are found and told apart by."""
    entry = sa.table("feed_entry", *map(sa.column, ("id", "guid", "title", "summary_html", "guid_alt", "words")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(entry)).all():
        values = {"guid_alt": second_key(row.guid), "words": words_of(row.title, row.summary_html)}
        connection.execute(sa.update(entry).where(entry.c.id == row.id).values(**values))
