"""Spans of statuses, checks, registers, plans, and what an item asks of its evidence and when."""

import sqlalchemy as sa
from alembic import op

from hub.commitments.spans import said_by_key, spans
from hub.core.db import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('edition_snapshot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cities', sa.Integer(), nullable=False),
    sa.Column('records', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('fixed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition_snapshot')),
    sa.UniqueConstraint('year', name=op.f('uq_edition_snapshot_year'))
    )
    op.create_table('city_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['user_account.id'], name=op.f('fk_city_plan_added_by')),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_city_plan_city_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_city_plan')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('city_plan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_city_plan_city_id'), ['city_id'], unique=False)

    op.create_table('commitment_reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_commitment_reminder_city_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_reminder')),
    sa.UniqueConstraint('subject_kind', 'subject_id', 'due_on', 'stage', name=op.f('uq_commitment_reminder_subject_kind_subject_id_due_on_stage'))
    )
    op.create_table('register_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_code', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('source_url', sa.Text(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('is_complete', sa.Boolean(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['user_account.id'], name=op.f('fk_register_list_added_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_list')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('register_list', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_register_list_item_code'), ['item_code'], unique=False)

    op.create_table('check_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('item_code', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('appeal_of_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('peer_city_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['user_account.id'], name=op.f('fk_check_request_asked_by')),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_check_request_city_id')),
    sa.ForeignKeyConstraint(['peer_city_id'], ['city.id'], name=op.f('fk_check_request_peer_city_id')),
    sa.ForeignKeyConstraint(['record_id'], ['status_record.id'], name=op.f('fk_check_request_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_request')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('check_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_check_request_city_id'), ['city_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_check_request_peer_city_id'), ['peer_city_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_check_request_record_id'), ['record_id'], unique=False)
        batch_op.create_index('ix_check_request_state', ['state', 'asked_at'], unique=False)

    op.create_table('plan_action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('item_code', sa.String(length=20), nullable=True),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('responsible', sa.String(length=200), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['city_plan.id'], name=op.f('fk_plan_action_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_action')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('plan_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_action_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_action_plan_id'), ['plan_id'], unique=False)

    op.create_table('register_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('since_text', sa.String(length=40), nullable=False),
    sa.Column('status_text', sa.String(length=80), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=True),
    sa.Column('match', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_register_row_city_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['user_account.id'], name=op.f('fk_register_row_decided_by')),
    sa.ForeignKeyConstraint(['list_id'], ['register_list.id'], name=op.f('fk_register_row_list_id')),
    sa.ForeignKeyConstraint(['record_id'], ['status_record.id'], name=op.f('fk_register_row_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_row')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('register_row', schema=None) as batch_op:
        batch_op.create_index('ix_register_row_list_state', ['list_id', 'state'], unique=False)

    op.create_table('status_span',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('item_code', sa.String(length=20), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('known_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('known_to', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_status_span_city_id')),
    sa.ForeignKeyConstraint(['record_id'], ['status_record.id'], name=op.f('fk_status_span_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_status_span'))
    )
    with op.batch_alter_table('status_span', schema=None) as batch_op:
        batch_op.create_index('ix_status_span_city', ['city_id', 'known_to', 'valid_to'], unique=False)
        batch_op.create_index('ix_status_span_shown', ['item_code', 'status', 'known_to', 'valid_to', 'valid_from', 'known_from', 'city_id'], unique=False)

    op.create_table('action_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['plan_action.id'], name=op.f('fk_action_step_action_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['user_account.id'], name=op.f('fk_action_step_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_step'))
    )
    with op.batch_alter_table('action_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_step_action_id'), ['action_id'], unique=False)

    op.create_table('verification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('item_code', sa.String(length=20), nullable=False),
    sa.Column('tier', sa.String(length=20), nullable=False),
    sa.Column('result', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('conflicts', sa.Text(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('by_user_id', sa.Integer(), nullable=True),
    sa.Column('by_city_id', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('register_row_id', sa.Integer(), nullable=True),
    sa.Column('appeal_of_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['appeal_of_id'], ['verification.id'], name=op.f('fk_verification_appeal_of_id')),
    sa.ForeignKeyConstraint(['by_city_id'], ['city.id'], name=op.f('fk_verification_by_city_id')),
    sa.ForeignKeyConstraint(['by_user_id'], ['user_account.id'], name=op.f('fk_verification_by_user_id')),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_verification_city_id')),
    sa.ForeignKeyConstraint(['record_id'], ['status_record.id'], name=op.f('fk_verification_record_id')),
    sa.ForeignKeyConstraint(['register_row_id'], ['register_row.id'], name=op.f('fk_verification_register_row_id')),
    sa.ForeignKeyConstraint(['request_id'], ['check_request.id'], name=op.f('fk_verification_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification'))
    )
    with op.batch_alter_table('verification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verification_city_id'), ['city_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_verification_record_id'), ['record_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_verification_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_verification_request_id'), ['request_id'], unique=False)

    with op.batch_alter_table('commitment_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parent_code', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('family', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('rungs', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('proofs', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('cycle_months', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('grace_days', sa.Integer(), nullable=False, server_default='90'))
        batch_op.add_column(sa.Column('lapse_months', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('is_edited', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f('ix_commitment_item_parent_code'), ['parent_code'], unique=False)

    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('issuer', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('issued_text', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('issued_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('language', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('expires_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('link_checked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('link_failures', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('link_error', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('link_broken_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.create_index(batch_op.f('ix_evidence_link_checked_at'), ['link_checked_at'], unique=False)

    op.create_index('ix_status_record_effective', 'status_record', ['effective_from'], unique=False)

    with op.batch_alter_table('vocabulary_revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('author_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_vocabulary_revision_author_id'), 'user_account', ['author_id'], ['id'])

    _fill_spans()


def _fill_spans() -> None:
    """Work out from the records on file what was in force from when to when, and known since when."""
    record = sa.table(
        "status_record", sa.column("id"), sa.column("city_id"), sa.column("item_code"), sa.column("status"),
        sa.column("effective_from", sa.Date()), sa.column("recorded_at", UtcDateTime()), sa.column("replaces_id"),
    )
    span = sa.table(
        "status_span", sa.column("city_id"), sa.column("item_code"), sa.column("record_id"), sa.column("status"),
        sa.column("valid_from", sa.Date()), sa.column("valid_to", sa.Date()), sa.column("known_from", UtcDateTime()),
        sa.column("known_to", UtcDateTime()),
    )
    connection = op.get_bind()
    said = said_by_key(connection.execute(sa.select(*record.c).order_by(record.c.id)))
    for (city_id, item_code), records in sorted(said.items()):
        rows = [{"city_id": city_id, "item_code": item_code, **each._asdict()} for each in spans(records)]
        if rows:
            connection.execute(sa.insert(span), rows)


def downgrade() -> None:
    op.drop_index('ix_status_record_effective', table_name='status_record')

    with op.batch_alter_table('vocabulary_revision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_vocabulary_revision_author_id'), type_='foreignkey')
        batch_op.drop_column('note')
        batch_op.drop_column('author_id')

    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_link_checked_at'))
        batch_op.drop_column('version')
        batch_op.drop_column('removed_at')
        batch_op.drop_column('link_broken_at')
        batch_op.drop_column('link_error')
        batch_op.drop_column('link_failures')
        batch_op.drop_column('link_checked_at')
        batch_op.drop_column('expires_on')
        batch_op.drop_column('language')
        batch_op.drop_column('issued_on')
        batch_op.drop_column('issued_text')
        batch_op.drop_column('issuer')

    with op.batch_alter_table('commitment_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitment_item_parent_code'))
        batch_op.drop_column('is_edited')
        batch_op.drop_column('lapse_months')
        batch_op.drop_column('grace_days')
        batch_op.drop_column('cycle_months')
        batch_op.drop_column('proofs')
        batch_op.drop_column('rungs')
        batch_op.drop_column('family')
        batch_op.drop_column('parent_code')

    with op.batch_alter_table('verification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_verification_request_id'))
        batch_op.drop_index(batch_op.f('ix_verification_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_verification_record_id'))
        batch_op.drop_index(batch_op.f('ix_verification_city_id'))

    op.drop_table('verification')
    with op.batch_alter_table('action_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_step_action_id'))

    op.drop_table('action_step')
    with op.batch_alter_table('status_span', schema=None) as batch_op:
        batch_op.drop_index('ix_status_span_shown')
        batch_op.drop_index('ix_status_span_city')

    op.drop_table('status_span')
    with op.batch_alter_table('register_row', schema=None) as batch_op:
        batch_op.drop_index('ix_register_row_list_state')

    op.drop_table('register_row')
    with op.batch_alter_table('plan_action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_action_plan_id'))
        batch_op.drop_index(batch_op.f('ix_plan_action_due_on'))

    op.drop_table('plan_action')
    with op.batch_alter_table('check_request', schema=None) as batch_op:
        batch_op.drop_index('ix_check_request_state')
        batch_op.drop_index(batch_op.f('ix_check_request_record_id'))
        batch_op.drop_index(batch_op.f('ix_check_request_peer_city_id'))
        batch_op.drop_index(batch_op.f('ix_check_request_city_id'))

    op.drop_table('check_request')
    with op.batch_alter_table('register_list', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_register_list_item_code'))

    op.drop_table('register_list')
    op.drop_table('commitment_reminder')
    with op.batch_alter_table('city_plan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_city_plan_city_id'))

    op.drop_table('city_plan')
    op.drop_table('edition_snapshot')
