"""Exchange between cities, readers without an account, more of what people are told and how they want to hear of it."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

TOPICS = {
    'work': (),
    'cases': ('CasePublished', 'CaseRevised', 'CaseMoved', 'CaseArchived'),
    'exchange': (),
    'commitments': ('StatusRecorded', 'StatusVerified', 'StatusRefused'),
    'news': ('CityAdmitted',),
}
ONE_READER = '(user_id IS NULL) <> (subscriber_id IS NULL)'


def upgrade() -> None:
    op.create_table('subscriber',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('time_zone', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriber')),
    sa.UniqueConstraint('email', name=op.f('uq_subscriber_email')),
    sqlite_autoincrement=True
    )
    op.create_table('subscription_wish',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('time_zone', sa.String(length=40), nullable=False),
    sa.Column('frequency', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription_wish')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_subscription_wish_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('subscription_wish', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscription_wish_email'), ['email'], unique=False)

    op.create_table('mute',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_mute_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mute')),
    sa.UniqueConstraint('user_id', 'kind', 'key', name=op.f('uq_mute_user_id_kind_key'))
    )
    with op.batch_alter_table('mute', schema=None) as batch_op:
        batch_op.create_index('ix_mute_kind_key', ['kind', 'key'], unique=False)

    op.create_table('visit',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('before_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_visit_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_visit'))
    )
    op.create_table('adaptation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('origin_id', sa.Integer(), nullable=True),
    sa.Column('origin_city_id', sa.Integer(), nullable=True),
    sa.Column('origin_title', sa.String(length=300), nullable=False),
    sa.Column('origin_place', sa.String(length=160), nullable=False),
    sa.Column('origin_url', sa.Text(), nullable=False),
    sa.Column('own_case_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('since', sa.String(length=10), nullable=False),
    sa.Column('changed', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('source_title', sa.Text(), nullable=False),
    sa.Column('source_url', sa.Text(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_adaptation_city_id')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_adaptation_created_by')),
    sa.ForeignKeyConstraint(['origin_city_id'], ['city.id'], name=op.f('fk_adaptation_origin_city_id')),
    sa.ForeignKeyConstraint(['origin_id'], ['case_study.id'], name=op.f('fk_adaptation_origin_id')),
    sa.ForeignKeyConstraint(['own_case_id'], ['case_study.id'], name=op.f('fk_adaptation_own_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adaptation')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('adaptation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_adaptation_city_id'), ['city_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_adaptation_origin_city_id'), ['origin_city_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_adaptation_origin_id'), ['origin_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_adaptation_own_case_id'), ['own_case_id'], unique=False)

    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('is_between_cities', sa.Boolean(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('city_id', sa.Integer(), nullable=True),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_why', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['user_account.id'], name=op.f('fk_question_asked_by')),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_question_case_id')),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_question_city_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_asked_by'), ['asked_by'], unique=False)
        batch_op.create_index('ix_question_case_asked', ['case_id', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_question_city_id'), ['city_id'], unique=False)

    op.create_table('reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=20), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('record_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('organisation_name', sa.String(length=200), nullable=False),
    sa.Column('person_name', sa.String(length=120), nullable=False),
    sa.Column('person_role', sa.String(length=160), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('concern', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_reply_case_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['user_account.id'], name=op.f('fk_reply_decided_by')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reply_organisation_id')),
    sa.ForeignKeyConstraint(['record_id'], ['status_record.id'], name=op.f('fk_reply_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_reply_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reply_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reply_record_id'), ['record_id'], unique=False)

    op.create_table('adaptation_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('adaptation_id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['adaptation_id'], ['adaptation.id'], name=op.f('fk_adaptation_comment_adaptation_id')),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_adaptation_comment_author_id')),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_adaptation_comment_city_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adaptation_comment')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('adaptation_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_adaptation_comment_adaptation_id'), ['adaptation_id'], unique=False)

    op.create_table('adaptation_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('adaptation_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('since', sa.String(length=10), nullable=False),
    sa.Column('changed', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('own_case_id', sa.Integer(), nullable=True),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['adaptation_id'], ['adaptation.id'], name=op.f('fk_adaptation_step_adaptation_id')),
    sa.ForeignKeyConstraint(['own_case_id'], ['case_study.id'], name=op.f('fk_adaptation_step_own_case_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['user_account.id'], name=op.f('fk_adaptation_step_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adaptation_step'))
    )
    with op.batch_alter_table('adaptation_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_adaptation_step_adaptation_id'), ['adaptation_id'], unique=False)

    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_answer_author_id')),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_answer_city_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_answer_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_question_id'), ['question_id'], unique=False)

    with op.batch_alter_table('follow', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('subscriber_id', sa.Integer(), nullable=True))
        batch_op.alter_column('user_id', existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_unique_constraint(batch_op.f('uq_follow_subscriber_id_kind_key'), ['subscriber_id', 'kind', 'key'])
        batch_op.create_foreign_key(batch_op.f('fk_follow_subscriber_id'), 'subscriber', ['subscriber_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_follow_one_reader'), ONE_READER)

    # Its key is another one now, so it is made anew; who wanted no mail wants none of any topic.
    kept = op.get_bind().execute(sa.text('SELECT user_id, wants_digest, last_digest_at FROM mail_choice ORDER BY user_id')).all()
    op.drop_table('mail_choice')
    choices = op.create_table('mail_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('subscriber_id', sa.Integer(), nullable=True),
    sa.Column('frequencies', sa.JSON(), nullable=False),
    sa.Column('daily_on', sa.Date(), nullable=True),
    sa.Column('weekly_on', sa.Date(), nullable=True),
    sa.Column('last_digest_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_why', sa.Text(), nullable=False),
    sa.CheckConstraint(ONE_READER, name=op.f('ck_mail_choice_one_reader')),
    sa.ForeignKeyConstraint(['subscriber_id'], ['subscriber.id'], name=op.f('fk_mail_choice_subscriber_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_mail_choice_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_choice')),
    sa.UniqueConstraint('subscriber_id', name=op.f('uq_mail_choice_subscriber_id')),
    sa.UniqueConstraint('user_id', name=op.f('uq_mail_choice_user_id'))
    )
    for user_id, wants_digest, last_digest_at in kept:
        frequencies = {} if wants_digest else dict.fromkeys(TOPICS, 'never')
        at = datetime.fromisoformat(last_digest_at) if isinstance(last_digest_at, str) else last_digest_at
        op.get_bind().execute(choices.insert().values(user_id=user_id, frequencies=frequencies, last_digest_at=at, paused_why=''))

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subscriber_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('topic', sa.String(length=20), nullable=False, server_default='work'))
        batch_op.add_column(sa.Column('thing', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column('user_id', existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index('ix_notification_thing', ['user_id', 'thing'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_notification_subscriber_id_position'), ['subscriber_id', 'position'])
        batch_op.create_foreign_key(batch_op.f('fk_notification_subscriber_id'), 'subscriber', ['subscriber_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_notification_one_reader'), ONE_READER)
    op.create_index('ix_outgoing_mail_unsent', 'outgoing_mail', ['sent_at', 'next_at'], unique=False)
    cases = "'CasePublished', 'CaseRevised', 'CaseMoved', 'CaseArchived', 'CaseDue', 'CaseSubmitted', 'CaseReturned'"
    op.execute(f"UPDATE notification SET thing = 'case:' || subject_id WHERE event IN ({cases})")
    op.execute("UPDATE notification SET thing = 'old:' || id WHERE thing = ''")
    followed = "because->>'kind' NOT IN ('office', 'organizers')"
    for topic, events in TOPICS.items():
        if events:
            named = ', '.join(f"'{event}'" for event in events)
            op.execute(f"UPDATE notification SET topic = '{topic}' WHERE {followed} AND event IN ({named})")


def downgrade() -> None:
    op.drop_index('ix_outgoing_mail_unsent', 'outgoing_mail')
    for table in ('notification', 'mail_choice', 'follow'):
        op.execute(f'DELETE FROM {table} WHERE subscriber_id IS NOT NULL')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_notification_one_reader'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_notification_subscriber_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_notification_subscriber_id_position'), type_='unique')
        batch_op.drop_index('ix_notification_thing')
        batch_op.alter_column('user_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('seen_at')
        batch_op.drop_column('thing')
        batch_op.drop_column('topic')
        batch_op.drop_column('subscriber_id')

    kept = op.get_bind().execute(sa.text('SELECT user_id, frequencies, last_digest_at FROM mail_choice ORDER BY user_id')).all()
    op.drop_table('mail_choice')
    choices = op.create_table('mail_choice',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('wants_digest', sa.Boolean(), nullable=False),
    sa.Column('last_digest_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_mail_choice_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_mail_choice'))
    )
    for user_id, frequencies, last_digest_at in kept:
        at = datetime.fromisoformat(last_digest_at) if isinstance(last_digest_at, str) else last_digest_at
        row = {'user_id': user_id, 'wants_digest': 'never' not in str(frequencies), 'last_digest_at': at}
        op.get_bind().execute(choices.insert().values(**row))

    with op.batch_alter_table('follow', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_follow_one_reader'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_follow_subscriber_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_follow_subscriber_id_kind_key'), type_='unique')
        batch_op.alter_column('user_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('subscriber_id')

    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_question_id'))

    op.drop_table('answer')
    with op.batch_alter_table('adaptation_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_adaptation_step_adaptation_id'))

    op.drop_table('adaptation_step')
    with op.batch_alter_table('adaptation_comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_adaptation_comment_adaptation_id'))

    op.drop_table('adaptation_comment')
    with op.batch_alter_table('reply', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reply_record_id'))
        batch_op.drop_index(batch_op.f('ix_reply_case_id'))

    op.drop_table('reply')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_city_id'))
        batch_op.drop_index('ix_question_case_asked')
        batch_op.drop_index(batch_op.f('ix_question_asked_by'))

    op.drop_table('question')
    with op.batch_alter_table('adaptation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_adaptation_own_case_id'))
        batch_op.drop_index(batch_op.f('ix_adaptation_origin_id'))
        batch_op.drop_index(batch_op.f('ix_adaptation_origin_city_id'))
        batch_op.drop_index(batch_op.f('ix_adaptation_city_id'))

    op.drop_table('adaptation')
    op.drop_table('visit')
    with op.batch_alter_table('mute', schema=None) as batch_op:
        batch_op.drop_index('ix_mute_kind_key')

    op.drop_table('mute')
    with op.batch_alter_table('subscription_wish', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subscription_wish_email'))

    op.drop_table('subscription_wish')
    op.drop_table('subscriber')
