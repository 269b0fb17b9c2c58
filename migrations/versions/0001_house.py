"""The tables of the house as it first stood."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('charter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charter')),
    sa.UniqueConstraint('code', name=op.f('uq_charter_code'))
    )
    op.create_table('city',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('name_native', sa.String(length=160), nullable=True),
    sa.Column('native_language', sa.String(length=20), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('region', sa.String(length=40), nullable=False),
    sa.Column('coalition', sa.String(length=20), nullable=True),
    sa.Column('lat', sa.Float(), nullable=True),
    sa.Column('lon', sa.Float(), nullable=True),
    sa.Column('geo_source', sa.String(length=80), nullable=True),
    sa.Column('population_gazetteer', sa.Integer(), nullable=True),
    sa.Column('gov_type', sa.String(length=60), nullable=False),
    sa.Column('website', sa.Text(), nullable=True),
    sa.Column('hrc_since', sa.Integer(), nullable=True),
    sa.Column('hrc_basis', sa.Text(), nullable=True),
    sa.Column('hrc_source', sa.Text(), nullable=True),
    sa.Column('forum_editions', sa.String(length=80), nullable=True),
    sa.Column('forum_source', sa.Text(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=True),
    sa.Column('membership', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_city')),
    sa.UniqueConstraint('slug', name=op.f('uq_city_slug'))
    )
    with op.batch_alter_table('city', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_city_country'), ['country'], unique=False)
        batch_op.create_index(batch_op.f('ix_city_region'), ['region'], unique=False)

    op.create_table('commitment_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('group_code', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('official_name', sa.Text(), nullable=True),
    sa.Column('is_named_in_declaration', sa.Boolean(), nullable=False),
    sa.Column('paragraphs', sa.String(length=80), nullable=True),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('short', sa.JSON(), nullable=False),
    sa.Column('what', sa.JSON(), nullable=False),
    sa.Column('fulfilled_means', sa.JSON(), nullable=False),
    sa.Column('responsible_body', sa.JSON(), nullable=False),
    sa.Column('note', sa.JSON(), nullable=False),
    sa.Column('evidence_types', sa.JSON(), nullable=False),
    sa.Column('founded_or_adopted', sa.String(length=80), nullable=True),
    sa.Column('home', sa.Text(), nullable=True),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('replaced_by', sa.String(length=20), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_item')),
    sa.UniqueConstraint('code', name=op.f('uq_commitment_item_code'))
    )
    op.create_table('crosswalk_link',
    sa.Column('clause_code', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('target', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('clause_code', 'kind', 'target', name=op.f('pk_crosswalk_link'))
    )
    op.create_table('feed_source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('homepage', sa.Text(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_source')),
    sa.UniqueConstraint('slug', name=op.f('uq_feed_source_slug'))
    )
    op.create_table('forum_edition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('city_slug', sa.String(length=80), nullable=False),
    sa.Column('starts', sa.String(length=10), nullable=False),
    sa.Column('ends', sa.String(length=10), nullable=True),
    sa.Column('held', sa.String(length=20), nullable=False),
    sa.Column('place', sa.JSON(), nullable=False),
    sa.Column('theme', sa.JSON(), nullable=False),
    sa.Column('theme_status', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.JSON(), nullable=False),
    sa.Column('participation', sa.JSON(), nullable=False),
    sa.Column('note', sa.JSON(), nullable=False),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('confidence', sa.String(length=20), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forum_edition')),
    sa.UniqueConstraint('number', name=op.f('uq_forum_edition_number'))
    )
    op.create_table('log_entry',
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=80), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('personal_hash', sa.String(length=64), nullable=True),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_log_entry')),
    sa.UniqueConstraint('hash', name=op.f('uq_log_entry_hash'))
    )
    op.create_table('log_failed_entry',
    sa.Column('reader', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('parked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('reader', 'position', name=op.f('pk_log_failed_entry'))
    )
    op.create_table('log_name',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_name'))
    )
    op.create_table('log_reader',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('lease_owner', sa.String(length=80), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_log_reader'))
    )
    op.create_table('organisation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('homepage', sa.Text(), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('feed_address', sa.Text(), nullable=True),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('slug', name=op.f('uq_organisation_slug'))
    )
    op.create_table('term',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('parent_code', sa.String(length=60), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('paragraphs', sa.String(length=80), nullable=True),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('short', sa.JSON(), nullable=False),
    sa.Column('descriptions', sa.JSON(), nullable=False),
    sa.Column('extra', sa.JSON(), nullable=False),
    sa.Column('replaced_by', sa.String(length=60), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term')),
    sa.UniqueConstraint('scheme', 'code', name=op.f('uq_term_scheme_code'))
    )
    op.create_table('user_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('is_organizer', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=True),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('email', name=op.f('uq_user_account_email'))
    )
    op.create_table('vocabulary_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_revision'))
    )
    op.create_table('vocabulary_stamp',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_stamp'))
    )
    op.create_table('case_study',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('results', sa.Text(), nullable=False),
    sa.Column('has_reported_results', sa.Boolean(), nullable=False),
    sa.Column('lessons', sa.Text(), nullable=False),
    sa.Column('years_text', sa.String(length=80), nullable=False),
    sa.Column('started', sa.Integer(), nullable=True),
    sa.Column('ended', sa.Integer(), nullable=True),
    sa.Column('is_ongoing', sa.Boolean(), nullable=False),
    sa.Column('is_approximate', sa.Boolean(), nullable=False),
    sa.Column('confidence', sa.String(length=20), nullable=True),
    sa.Column('is_compiled', sa.Boolean(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_case_study_city_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_study')),
    sa.UniqueConstraint('slug', name=op.f('uq_case_study_slug'))
    )
    with op.batch_alter_table('case_study', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_study_city_id'), ['city_id'], unique=False)
        batch_op.create_index('ix_case_study_state_published', ['state', 'published_at'], unique=False)

    op.create_table('city_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_city_revision_author_id')),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_city_revision_city_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_city_revision')),
    sa.UniqueConstraint('city_id', 'number', name=op.f('uq_city_revision_city_id_number'))
    )
    op.create_table('evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_evidence_city_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    op.create_table('feed_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('guid', sa.String(length=500), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('summary_html', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('date_text', sa.String(length=40), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('principle_codes', sa.JSON(), nullable=False),
    sa.Column('city_slugs', sa.JSON(), nullable=False),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['source_id'], ['feed_source.id'], name=op.f('fk_feed_entry_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_entry')),
    sa.UniqueConstraint('source_id', 'guid', name=op.f('uq_feed_entry_source_id_guid'))
    )
    with op.batch_alter_table('feed_entry', schema=None) as batch_op:
        batch_op.create_index('ix_feed_entry_published', ['published_at'], unique=False)

    op.create_table('log_personal',
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['position'], ['log_entry.position'], name=op.f('fk_log_personal_position')),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_log_personal'))
    )
    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_membership_city_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_membership_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('user_id', 'city_id', name=op.f('uq_membership_user_id_city_id'))
    )
    op.create_table('status_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('city_id', sa.Integer(), nullable=False),
    sa.Column('item_code', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('effective_text', sa.String(length=40), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=True),
    sa.Column('effective_to', sa.Date(), nullable=True),
    sa.Column('precision', sa.String(length=10), nullable=False),
    sa.Column('claimed_by', sa.String(length=20), nullable=False),
    sa.Column('legal_reason', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('seed_key', sa.String(length=80), nullable=True),
    sa.Column('seed_digest', sa.String(length=64), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['city_id'], ['city.id'], name=op.f('fk_status_record_city_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['user_account.id'], name=op.f('fk_status_record_recorded_by')),
    sa.ForeignKeyConstraint(['replaces_id'], ['status_record.id'], name=op.f('fk_status_record_replaces_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_status_record'))
    )
    with op.batch_alter_table('status_record', schema=None) as batch_op:
        batch_op.create_index('ix_status_record_city_item', ['city_id', 'item_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_status_record_item_code'), ['item_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_status_record_seed_key'), ['seed_key'], unique=False)

    op.create_table('case_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('is_substantial', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_case_revision_author_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_case_revision_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_revision')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_case_revision_case_id_number'))
    )
    op.create_table('case_source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_case_source_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_source')),
    sa.UniqueConstraint('case_id', 'position', name=op.f('uq_case_source_case_id_position'))
    )
    op.create_table('case_tag',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_case_tag_case_id')),
    sa.PrimaryKeyConstraint('case_id', 'scheme', 'code', name=op.f('pk_case_tag'))
    )
    op.create_table('status_evidence',
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_status_evidence_evidence_id')),
    sa.ForeignKeyConstraint(['record_id'], ['status_record.id'], name=op.f('fk_status_evidence_record_id')),
    sa.PrimaryKeyConstraint('record_id', 'evidence_id', name=op.f('pk_status_evidence'))
    )


def downgrade() -> None:
    op.drop_table('status_evidence')
    op.drop_table('case_tag')
    op.drop_table('case_source')
    op.drop_table('case_revision')
    with op.batch_alter_table('status_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_status_record_seed_key'))
        batch_op.drop_index(batch_op.f('ix_status_record_item_code'))
        batch_op.drop_index('ix_status_record_city_item')

    op.drop_table('status_record')
    op.drop_table('membership')
    op.drop_table('log_personal')
    with op.batch_alter_table('feed_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_entry_published')

    op.drop_table('feed_entry')
    op.drop_table('evidence')
    op.drop_table('city_revision')
    with op.batch_alter_table('case_study', schema=None) as batch_op:
        batch_op.drop_index('ix_case_study_state_published')
        batch_op.drop_index(batch_op.f('ix_case_study_city_id'))

    op.drop_table('case_study')
    op.drop_table('vocabulary_stamp')
    op.drop_table('vocabulary_revision')
    op.drop_table('user_account')
    op.drop_table('term')
    op.drop_table('organisation')
    op.drop_table('log_reader')
    op.drop_table('log_name')
    op.drop_table('log_failed_entry')
    op.drop_table('log_entry')
    op.drop_table('forum_edition')
    op.drop_table('feed_source')
    op.drop_table('crosswalk_link')
    op.drop_table('commitment_item')
    with op.batch_alter_table('city', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_city_region'))
        batch_op.drop_index(batch_op.f('ix_city_country'))

    op.drop_table('city')
    op.drop_table('charter')
