"""The whole template of a case, texts not saved yet, changes that wait, translations, links that are looked at."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('case_copy',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('base_version', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('is_small', sa.Boolean(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_case_copy_case_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_case_copy_user_id')),
    sa.PrimaryKeyConstraint('case_id', 'user_id', name=op.f('pk_case_copy'))
    )
    op.create_table('case_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('base_version', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('is_small', sa.Boolean(), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_case_proposal_case_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['user_account.id'], name=op.f('fk_case_proposal_decided_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['user_account.id'], name=op.f('fk_case_proposal_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_proposal')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('case_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_proposal_case_id'), ['case_id'], unique=False)

    op.create_table('case_translation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('is_machine', sa.Boolean(), nullable=False),
    sa.Column('follows', sa.Integer(), nullable=False),
    sa.Column('translated_by', sa.Integer(), nullable=True),
    sa.Column('credit', sa.String(length=200), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_case_translation_case_id')),
    sa.ForeignKeyConstraint(['translated_by'], ['user_account.id'], name=op.f('fk_case_translation_translated_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_translation')),
    sa.UniqueConstraint('case_id', 'language', name=op.f('uq_case_translation_case_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('case_translation_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('follows', sa.Integer(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('is_machine', sa.Boolean(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_case_translation_revision_author_id')),
    sa.ForeignKeyConstraint(['translation_id'], ['case_translation.id'], name=op.f('fk_case_translation_revision_translation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_translation_revision')),
    sa.UniqueConstraint('translation_id', 'number', name=op.f('uq_case_translation_revision_translation_id_number'))
    )
    with op.batch_alter_table('case_file', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alt', sa.String(length=500), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('source', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('people', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('consent_note', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('sizes', sa.JSON(), nullable=False, server_default='[]'))

    with op.batch_alter_table('case_revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reviewed_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('restored_from', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_case_revision_reviewed_by'), 'user_account', ['reviewed_by'], ['id'])

    with op.batch_alter_table('case_source', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link_checked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('link_failures', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('link_error', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('link_broken_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_case_source_link_checked_at'), ['link_checked_at'], unique=False)

    # Made anew, as its new foreign key asks for; numbers go on being given once.
    with op.batch_alter_table('case_study', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('failures', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('conditions', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('participation', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('participation_level', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('legal_basis', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('competence', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('partners', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('lead_office', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('contact_role', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('contact_address', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('stage', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cost_band', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cost_amount', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cost_currency', sa.String(length=3), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cost_year', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('staff', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('evidence_type', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('indicators', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('adapted_from', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('adapted_from_url', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('essential', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('adaptable', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('will_mentor', sa.String(length=10), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('people_check', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('consent_note', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('open_answers', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('submitted_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('returned_note', sa.Text(), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_case_study_submitted_by'), 'user_account', ['submitted_by'], ['id'])

    with op.batch_alter_table('city', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_second_reader', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table('city', schema=None) as batch_op:
        batch_op.drop_column('has_second_reader')

    with op.batch_alter_table('case_study', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_case_study_submitted_by'), type_='foreignkey')
        batch_op.drop_column('returned_note')
        batch_op.drop_column('submitted_by')
        batch_op.drop_column('submitted_at')
        batch_op.drop_column('open_answers')
        batch_op.drop_column('consent_note')
        batch_op.drop_column('people_check')
        batch_op.drop_column('will_mentor')
        batch_op.drop_column('adaptable')
        batch_op.drop_column('essential')
        batch_op.drop_column('adapted_from_url')
        batch_op.drop_column('adapted_from')
        batch_op.drop_column('indicators')
        batch_op.drop_column('evidence_type')
        batch_op.drop_column('staff')
        batch_op.drop_column('cost_year')
        batch_op.drop_column('cost_currency')
        batch_op.drop_column('cost_amount')
        batch_op.drop_column('cost_band')
        batch_op.drop_column('stage')
        batch_op.drop_column('contact_address')
        batch_op.drop_column('contact_role')
        batch_op.drop_column('lead_office')
        batch_op.drop_column('partners')
        batch_op.drop_column('competence')
        batch_op.drop_column('legal_basis')
        batch_op.drop_column('participation_level')
        batch_op.drop_column('participation')
        batch_op.drop_column('conditions')
        batch_op.drop_column('failures')

    with op.batch_alter_table('case_source', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_source_link_checked_at'))
        batch_op.drop_column('link_broken_at')
        batch_op.drop_column('link_error')
        batch_op.drop_column('link_failures')
        batch_op.drop_column('link_checked_at')

    with op.batch_alter_table('case_revision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_case_revision_reviewed_by'), type_='foreignkey')
        batch_op.drop_column('restored_from')
        batch_op.drop_column('reviewed_by')

    with op.batch_alter_table('case_file', schema=None) as batch_op:
        batch_op.drop_column('sizes')
        batch_op.drop_column('consent_note')
        batch_op.drop_column('people')
        batch_op.drop_column('source')
        batch_op.drop_column('alt')

    op.drop_table('case_translation_revision')
    op.drop_table('case_translation')
    with op.batch_alter_table('case_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_proposal_case_id'))

    op.drop_table('case_proposal')
    op.drop_table('case_copy')
