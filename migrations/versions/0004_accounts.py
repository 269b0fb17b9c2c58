"""Second factors, proofs of address, sealed parts of log entries, heads of the log, dated marks."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('log_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_head'))
    )
    op.create_table('address_proof',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_address_proof_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_proof')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_address_proof_token_hash'))
    )
    with op.batch_alter_table('address_proof', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_proof_user_id'), ['user_id'], unique=False)

    op.create_table('asked_by_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_asked_by_address_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asked_by_address'))
    )
    op.create_table('ceremony',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_ceremony_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ceremony')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_ceremony_token_hash'))
    )
    with op.batch_alter_table('ceremony', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ceremony_user_id'), ['user_id'], unique=False)

    op.create_table('one_time_code',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_one_time_code_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_one_time_code'))
    )
    op.create_table('passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('credential_id', sa.String(length=1400), nullable=False),
    sa.Column('public_key', sa.Text(), nullable=False),
    sa.Column('user_handle', sa.String(length=88), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('transports', sa.JSON(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_passkey_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_user_id'), ['user_id'], unique=False)

    op.create_table('recovery_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_recovery_code_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_recovery_code_code_hash'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_user_id'), ['user_id'], unique=False)

    op.create_table('case_redaction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('taken_by', sa.Integer(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_study.id'], name=op.f('fk_case_redaction_case_id')),
    sa.ForeignKeyConstraint(['taken_by'], ['user_account.id'], name=op.f('fk_case_redaction_taken_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_redaction'))
    )
    with op.batch_alter_table('case_redaction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_redaction_case_id'), ['case_id'], unique=False)

    with op.batch_alter_table('city', schema=None) as batch_op:
        batch_op.add_column(sa.Column('time_zone', sa.String(length=40), nullable=True))

    with op.batch_alter_table('log_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('door', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('sealed', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('is_quiet', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('log_personal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('part', sa.String(length=10), nullable=False, server_default='values'))
        batch_op.add_column(sa.Column('about_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_log_personal_about_id'), ['about_id'], unique=False)
        batch_op.drop_constraint('pk_log_personal', type_='primary')
        batch_op.create_primary_key('pk_log_personal', ['position', 'part'])

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proved_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('method', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('device', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('address', sa.String(length=45), nullable=False, server_default=''))

    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('time_zone', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('has_factor', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('is_name_withheld', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('left_at', sa.DateTime(timezone=True), nullable=True))

    op.execute("UPDATE user_account SET confirmed_at = created_at")  # all were invited by mail
    op.execute("UPDATE sign_in SET method = 'password'")
    if op.get_bind().dialect.name == "sqlite":  # numbers of deleted rows are not given again, as on PostgreSQL
        for name in ("case_study", "case_file", "city_application", "follow"):
            with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
                pass


def downgrade() -> None:
    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.drop_column('left_at')
        batch_op.drop_column('is_name_withheld')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('has_factor')
        batch_op.drop_column('time_zone')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_column('address')
        batch_op.drop_column('device')
        batch_op.drop_column('method')
        batch_op.drop_column('proved_at')

    op.execute("DELETE FROM log_personal WHERE part <> 'values'")
    with op.batch_alter_table('log_personal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_log_personal_about_id'))
        batch_op.drop_constraint('pk_log_personal', type_='primary')
        batch_op.create_primary_key('pk_log_personal', ['position'])
        batch_op.drop_column('about_id')
        batch_op.drop_column('part')

    with op.batch_alter_table('log_entry', schema=None) as batch_op:
        batch_op.drop_column('is_quiet')
        batch_op.drop_column('sealed')
        batch_op.drop_column('door')

    with op.batch_alter_table('city', schema=None) as batch_op:
        batch_op.drop_column('time_zone')

    with op.batch_alter_table('case_redaction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_redaction_case_id'))

    op.drop_table('case_redaction')
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_code_user_id'))

    op.drop_table('recovery_code')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkey_user_id'))

    op.drop_table('passkey')
    op.drop_table('one_time_code')
    with op.batch_alter_table('ceremony', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ceremony_user_id'))

    op.drop_table('ceremony')
    op.drop_table('asked_by_address')
    with op.batch_alter_table('address_proof', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_address_proof_user_id'))

    op.drop_table('address_proof')
    op.drop_table('log_head')
