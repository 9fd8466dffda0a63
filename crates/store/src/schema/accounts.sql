-- MediaWiki 1.45, SQLite. As its installer makes them; {name} is the table with its prefix.

CREATE TABLE {user} (
  user_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_name BLOB DEFAULT '' NOT NULL,
  user_real_name BLOB DEFAULT '' NOT NULL,
  user_password BLOB NOT NULL,
  user_newpassword BLOB NOT NULL,
  user_newpass_time BLOB DEFAULT NULL,
  user_email CLOB NOT NULL,
  user_touched BLOB NOT NULL,
  user_token BLOB DEFAULT '' NOT NULL,
  user_email_authenticated BLOB DEFAULT NULL,
  user_email_token BLOB DEFAULT NULL,
  user_email_token_expires BLOB DEFAULT NULL,
  user_registration BLOB DEFAULT NULL,
  user_editcount INTEGER UNSIGNED DEFAULT NULL,
  user_password_expires BLOB DEFAULT NULL,
  user_is_temp SMALLINT DEFAULT 0 NOT NULL
);
CREATE UNIQUE INDEX user_name ON {user} (user_name);
CREATE INDEX user_email_token ON {user} (user_email_token);
CREATE INDEX user_email ON {user} (user_email);

CREATE TABLE {user_groups} (
  ug_user INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  ug_group BLOB DEFAULT '' NOT NULL,
  ug_expiry BLOB DEFAULT NULL,
  PRIMARY KEY(ug_user, ug_group)
);
CREATE INDEX ug_group ON {user_groups} (ug_group);
CREATE INDEX ug_expiry ON {user_groups} (ug_expiry);

CREATE TABLE {user_former_groups} (
  ufg_user INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  ufg_group BLOB DEFAULT '' NOT NULL,
  PRIMARY KEY(ufg_user, ufg_group)
);

CREATE TABLE {user_properties} (
  up_user INTEGER UNSIGNED NOT NULL,
  up_property BLOB NOT NULL,
  up_value BLOB DEFAULT NULL,
  PRIMARY KEY(up_user, up_property)
);
CREATE INDEX up_property ON {user_properties} (up_property);

CREATE TABLE {user_newtalk} (
  user_id INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  user_ip BLOB DEFAULT '' NOT NULL,
  user_last_timestamp BLOB DEFAULT NULL
);
CREATE INDEX un_user_id ON {user_newtalk} (user_id);
CREATE INDEX un_user_ip ON {user_newtalk} (user_ip);

CREATE TABLE {site_stats} (
  ss_row_id INTEGER UNSIGNED NOT NULL,
  ss_total_edits BIGINT UNSIGNED DEFAULT NULL,
  ss_good_articles BIGINT UNSIGNED DEFAULT NULL,
  ss_total_pages BIGINT UNSIGNED DEFAULT NULL,
  ss_users BIGINT UNSIGNED DEFAULT NULL,
  ss_active_users BIGINT UNSIGNED DEFAULT NULL,
  ss_images BIGINT UNSIGNED DEFAULT NULL,
  PRIMARY KEY(ss_row_id)
);
INSERT INTO {site_stats} VALUES (1, 0, 0, 0, 0, 0, 0);

CREATE TABLE {user_autocreate_serial} (
  uas_shard INTEGER UNSIGNED NOT NULL,
  uas_value INTEGER UNSIGNED NOT NULL,
  uas_year SMALLINT UNSIGNED NOT NULL,
  PRIMARY KEY(uas_shard, uas_year)
);

CREATE TABLE {bot_passwords} (
  bp_user INTEGER UNSIGNED NOT NULL,
  bp_app_id BLOB NOT NULL,
  bp_password BLOB NOT NULL,
  bp_token BLOB DEFAULT '' NOT NULL,
  bp_restrictions BLOB NOT NULL,
  bp_grants BLOB NOT NULL,
  PRIMARY KEY(bp_user, bp_app_id)
);

CREATE TABLE {oathauth_types} (
  oat_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  oat_name BLOB NOT NULL
);
CREATE UNIQUE INDEX oat_name ON {oathauth_types} (oat_name);

CREATE TABLE {oathauth_devices} (
  oad_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  oad_user INTEGER NOT NULL,
  oad_type INTEGER NOT NULL,
  oad_name BLOB DEFAULT NULL,
  oad_created BLOB DEFAULT NULL,
  oad_data BLOB DEFAULT NULL
);
CREATE INDEX oad_user ON {oathauth_devices} (oad_user);

CREATE TABLE {openid_connect} (
  oidc_user INTEGER UNSIGNED NOT NULL,
  oidc_subject BLOB NOT NULL,
  oidc_issuer BLOB NOT NULL,
  PRIMARY KEY(oidc_user)
);
CREATE INDEX openid_connect_subject ON {openid_connect} (oidc_subject, oidc_issuer);

CREATE TABLE {block} (
  bl_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  bl_target INTEGER UNSIGNED NOT NULL,
  bl_by_actor BIGINT UNSIGNED NOT NULL,
  bl_reason_id BIGINT UNSIGNED NOT NULL,
  bl_timestamp BLOB NOT NULL,
  bl_anon_only SMALLINT DEFAULT 0 NOT NULL,
  bl_create_account SMALLINT DEFAULT 1 NOT NULL,
  bl_enable_autoblock SMALLINT DEFAULT 1 NOT NULL,
  bl_expiry BLOB NOT NULL,
  bl_deleted SMALLINT DEFAULT 0 NOT NULL,
  bl_block_email SMALLINT DEFAULT 0 NOT NULL,
  bl_allow_usertalk SMALLINT DEFAULT 0 NOT NULL,
  bl_parent_block_id INTEGER UNSIGNED DEFAULT NULL,
  bl_sitewide SMALLINT DEFAULT 1 NOT NULL
);
CREATE INDEX bl_timestamp ON {block} (bl_timestamp);
CREATE INDEX bl_target ON {block} (bl_target);
CREATE INDEX bl_expiry ON {block} (bl_expiry);
CREATE INDEX bl_parent_block_id ON {block} (bl_parent_block_id);

CREATE TABLE {block_target} (
  bt_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  bt_address BLOB DEFAULT NULL,
  bt_user INTEGER UNSIGNED DEFAULT NULL,
  bt_user_text BLOB DEFAULT NULL,
  bt_auto SMALLINT DEFAULT 0 NOT NULL,
  bt_range_start BLOB DEFAULT NULL,
  bt_range_end BLOB DEFAULT NULL,
  bt_ip_hex BLOB DEFAULT NULL,
  bt_count INTEGER DEFAULT 0 NOT NULL
);
CREATE INDEX bt_address ON {block_target} (bt_address);
CREATE INDEX bt_ip_user_text ON {block_target} (bt_ip_hex, bt_user_text);
CREATE INDEX bt_range ON {block_target} (bt_range_start, bt_range_end);
CREATE INDEX bt_user ON {block_target} (bt_user);

CREATE TABLE {ipblocks_restrictions} (
  ir_ipb_id INTEGER UNSIGNED NOT NULL,
  ir_type SMALLINT NOT NULL,
  ir_value INTEGER UNSIGNED NOT NULL,
  PRIMARY KEY(ir_ipb_id, ir_type, ir_value)
);
CREATE INDEX ir_type_value ON {ipblocks_restrictions} (ir_type, ir_value);

CREATE TABLE {actor} (
  actor_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  actor_user INTEGER UNSIGNED DEFAULT NULL,
  actor_name BLOB NOT NULL
);
CREATE UNIQUE INDEX actor_user ON {actor} (actor_user);
CREATE UNIQUE INDEX actor_name ON {actor} (actor_name);

CREATE TABLE {comment} (
  comment_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  comment_hash INTEGER NOT NULL,
  comment_text BLOB NOT NULL,
  comment_data BLOB DEFAULT NULL
);
CREATE INDEX comment_hash ON {comment} (comment_hash);

CREATE TABLE {logging} (
  log_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  log_type BLOB DEFAULT '' NOT NULL,
  log_action BLOB DEFAULT '' NOT NULL,
  log_timestamp BLOB DEFAULT '19700101000000' NOT NULL,
  log_actor BIGINT UNSIGNED NOT NULL,
  log_namespace INTEGER DEFAULT 0 NOT NULL,
  log_title BLOB DEFAULT '' NOT NULL,
  log_page INTEGER UNSIGNED DEFAULT NULL,
  log_comment_id BIGINT UNSIGNED NOT NULL,
  log_params BLOB NOT NULL,
  log_deleted SMALLINT UNSIGNED DEFAULT 0 NOT NULL
);
CREATE INDEX log_type_time ON {logging} (log_type, log_timestamp);
CREATE INDEX log_actor_time ON {logging} (log_actor, log_timestamp);
CREATE INDEX log_page_time ON {logging} (log_namespace, log_title, log_timestamp);
CREATE INDEX log_times ON {logging} (log_timestamp);
CREATE INDEX log_actor_type_time ON {logging} (log_actor, log_type, log_timestamp);
CREATE INDEX log_page_id_time ON {logging} (log_page, log_timestamp);
CREATE INDEX log_type_action ON {logging} (log_type, log_action, log_timestamp);

CREATE TABLE {log_search} (
  ls_field BLOB NOT NULL,
  ls_value VARCHAR(255) NOT NULL,
  ls_log_id INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  PRIMARY KEY(ls_field, ls_value, ls_log_id)
);
CREATE INDEX ls_log_id ON {log_search} (ls_log_id);

CREATE TABLE {job} (
  job_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  job_cmd BLOB DEFAULT '' NOT NULL,
  job_namespace INTEGER NOT NULL,
  job_title BLOB NOT NULL,
  job_timestamp BLOB DEFAULT NULL,
  job_params BLOB NOT NULL,
  job_random INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  job_attempts INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  job_token BLOB DEFAULT '' NOT NULL,
  job_token_timestamp BLOB DEFAULT NULL,
  job_sha1 BLOB DEFAULT '' NOT NULL
);
CREATE INDEX job_sha1 ON {job} (job_sha1);
CREATE INDEX job_cmd_token ON {job} (job_cmd, job_token, job_random);
CREATE INDEX job_cmd_token_id ON {job} (job_cmd, job_token, job_id);
CREATE INDEX job_cmd ON {job} (job_cmd, job_namespace, job_title, job_params);
CREATE INDEX job_timestamp ON {job} (job_timestamp);

CREATE TABLE {loginnotify_seen_net} (
  lsn_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  lsn_time_bucket SMALLINT UNSIGNED NOT NULL,
  lsn_user INTEGER UNSIGNED NOT NULL,
  lsn_subnet BIGINT NOT NULL
);
CREATE UNIQUE INDEX loginnotify_seen_net_user ON {loginnotify_seen_net} (lsn_user, lsn_subnet, lsn_time_bucket);

CREATE TABLE {cu_private_event} (
  cupe_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  cupe_namespace INTEGER DEFAULT 0 NOT NULL,
  cupe_title BLOB DEFAULT '' NOT NULL,
  cupe_actor BIGINT UNSIGNED DEFAULT 0,
  cupe_log_type BLOB DEFAULT '' NOT NULL,
  cupe_log_action BLOB DEFAULT '' NOT NULL,
  cupe_params BLOB NOT NULL,
  cupe_comment_id BIGINT UNSIGNED DEFAULT 0 NOT NULL,
  cupe_page INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  cupe_timestamp BLOB NOT NULL,
  cupe_ip VARCHAR(255) DEFAULT '',
  cupe_ip_hex VARCHAR(255) DEFAULT NULL,
  cupe_xff BLOB DEFAULT '',
  cupe_xff_hex VARCHAR(255) DEFAULT NULL,
  cupe_agent BLOB DEFAULT NULL,
  cupe_agent_id BIGINT UNSIGNED DEFAULT 0 NOT NULL,
  cupe_private BLOB DEFAULT NULL
);
CREATE INDEX cupe_ip_hex_time ON {cu_private_event} (cupe_ip_hex, cupe_timestamp);
CREATE INDEX cupe_xff_hex_time ON {cu_private_event} (cupe_xff_hex, cupe_timestamp);
CREATE INDEX cupe_timestamp ON {cu_private_event} (cupe_timestamp);
CREATE INDEX cupe_actor_ip_time ON {cu_private_event} (cupe_actor, cupe_ip, cupe_timestamp);
CREATE INDEX cupe_actor_ip_hex_time ON {cu_private_event} (cupe_actor, cupe_ip_hex, cupe_timestamp);
