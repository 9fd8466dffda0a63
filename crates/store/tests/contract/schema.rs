//! The tables of a fresh store have MediaWiki 1.45's columns. The list below is a real
//! installation's of 1.45 on SQLite, column by column: name and type.

use crate::world::world;

const TABLES: &[(&str, &[(&str, &str)])] = &[
    (
        "user",
        &[
            ("user_id", "INTEGER"),
            ("user_name", "BLOB"),
            ("user_real_name", "BLOB"),
            ("user_password", "BLOB"),
            ("user_newpassword", "BLOB"),
            ("user_newpass_time", "BLOB"),
            ("user_email", "CLOB"),
            ("user_touched", "BLOB"),
            ("user_token", "BLOB"),
            ("user_email_authenticated", "BLOB"),
            ("user_email_token", "BLOB"),
            ("user_email_token_expires", "BLOB"),
            ("user_registration", "BLOB"),
            ("user_editcount", "INTEGER UNSIGNED"),
            ("user_password_expires", "BLOB"),
            ("user_is_temp", "SMALLINT"),
        ],
    ),
    (
        "user_groups",
        &[("ug_user", "INTEGER UNSIGNED"), ("ug_group", "BLOB"), ("ug_expiry", "BLOB")],
    ),
    ("user_former_groups", &[("ufg_user", "INTEGER UNSIGNED"), ("ufg_group", "BLOB")]),
    (
        "user_properties",
        &[("up_user", "INTEGER UNSIGNED"), ("up_property", "BLOB"), ("up_value", "BLOB")],
    ),
    (
        "user_newtalk",
        &[("user_id", "INTEGER UNSIGNED"), ("user_ip", "BLOB"), ("user_last_timestamp", "BLOB")],
    ),
    (
        "site_stats",
        &[
            ("ss_row_id", "INTEGER UNSIGNED"),
            ("ss_total_edits", "BIGINT UNSIGNED"),
            ("ss_good_articles", "BIGINT UNSIGNED"),
            ("ss_total_pages", "BIGINT UNSIGNED"),
            ("ss_users", "BIGINT UNSIGNED"),
            ("ss_active_users", "BIGINT UNSIGNED"),
            ("ss_images", "BIGINT UNSIGNED"),
        ],
    ),
    (
        "user_autocreate_serial",
        &[
            ("uas_shard", "INTEGER UNSIGNED"),
            ("uas_value", "INTEGER UNSIGNED"),
            ("uas_year", "SMALLINT UNSIGNED"),
        ],
    ),
    (
        "bot_passwords",
        &[
            ("bp_user", "INTEGER UNSIGNED"),
            ("bp_app_id", "BLOB"),
            ("bp_password", "BLOB"),
            ("bp_token", "BLOB"),
            ("bp_restrictions", "BLOB"),
            ("bp_grants", "BLOB"),
        ],
    ),
    ("oathauth_types", &[("oat_id", "INTEGER"), ("oat_name", "BLOB")]),
    (
        "oathauth_devices",
        &[
            ("oad_id", "INTEGER"),
            ("oad_user", "INTEGER"),
            ("oad_type", "INTEGER"),
            ("oad_name", "BLOB"),
            ("oad_created", "BLOB"),
            ("oad_data", "BLOB"),
        ],
    ),
    (
        "openid_connect",
        &[("oidc_user", "INTEGER UNSIGNED"), ("oidc_subject", "BLOB"), ("oidc_issuer", "BLOB")],
    ),
    (
        "block",
        &[
            ("bl_id", "INTEGER"),
            ("bl_target", "INTEGER UNSIGNED"),
            ("bl_by_actor", "BIGINT UNSIGNED"),
            ("bl_reason_id", "BIGINT UNSIGNED"),
            ("bl_timestamp", "BLOB"),
            ("bl_anon_only", "SMALLINT"),
            ("bl_create_account", "SMALLINT"),
            ("bl_enable_autoblock", "SMALLINT"),
            ("bl_expiry", "BLOB"),
            ("bl_deleted", "SMALLINT"),
            ("bl_block_email", "SMALLINT"),
            ("bl_allow_usertalk", "SMALLINT"),
            ("bl_parent_block_id", "INTEGER UNSIGNED"),
            ("bl_sitewide", "SMALLINT"),
        ],
    ),
    (
        "block_target",
        &[
            ("bt_id", "INTEGER"),
            ("bt_address", "BLOB"),
            ("bt_user", "INTEGER UNSIGNED"),
            ("bt_user_text", "BLOB"),
            ("bt_auto", "SMALLINT"),
            ("bt_range_start", "BLOB"),
            ("bt_range_end", "BLOB"),
            ("bt_ip_hex", "BLOB"),
            ("bt_count", "INTEGER"),
        ],
    ),
    (
        "ipblocks_restrictions",
        &[
            ("ir_ipb_id", "INTEGER UNSIGNED"),
            ("ir_type", "SMALLINT"),
            ("ir_value", "INTEGER UNSIGNED"),
        ],
    ),
    (
        "actor",
        &[("actor_id", "INTEGER"), ("actor_user", "INTEGER UNSIGNED"), ("actor_name", "BLOB")],
    ),
    (
        "comment",
        &[
            ("comment_id", "INTEGER"),
            ("comment_hash", "INTEGER"),
            ("comment_text", "BLOB"),
            ("comment_data", "BLOB"),
        ],
    ),
    (
        "logging",
        &[
            ("log_id", "INTEGER"),
            ("log_type", "BLOB"),
            ("log_action", "BLOB"),
            ("log_timestamp", "BLOB"),
            ("log_actor", "BIGINT UNSIGNED"),
            ("log_namespace", "INTEGER"),
            ("log_title", "BLOB"),
            ("log_page", "INTEGER UNSIGNED"),
            ("log_comment_id", "BIGINT UNSIGNED"),
            ("log_params", "BLOB"),
            ("log_deleted", "SMALLINT UNSIGNED"),
        ],
    ),
    (
        "log_search",
        &[("ls_field", "BLOB"), ("ls_value", "VARCHAR(255)"), ("ls_log_id", "INTEGER UNSIGNED")],
    ),
    (
        "objectcache",
        &[
            ("keyname", "BLOB"),
            ("value", "BLOB"),
            ("exptime", "BLOB"),
            ("modtoken", "VARCHAR(17)"),
            ("flags", "INTEGER UNSIGNED"),
        ],
    ),
    (
        "job",
        &[
            ("job_id", "INTEGER"),
            ("job_cmd", "BLOB"),
            ("job_namespace", "INTEGER"),
            ("job_title", "BLOB"),
            ("job_timestamp", "BLOB"),
            ("job_params", "BLOB"),
            ("job_random", "INTEGER UNSIGNED"),
            ("job_attempts", "INTEGER UNSIGNED"),
            ("job_token", "BLOB"),
            ("job_token_timestamp", "BLOB"),
            ("job_sha1", "BLOB"),
        ],
    ),
    (
        "loginnotify_seen_net",
        &[
            ("lsn_id", "INTEGER"),
            ("lsn_time_bucket", "SMALLINT UNSIGNED"),
            ("lsn_user", "INTEGER UNSIGNED"),
            ("lsn_subnet", "BIGINT"),
        ],
    ),
    (
        "cu_private_event",
        &[
            ("cupe_id", "INTEGER"),
            ("cupe_namespace", "INTEGER"),
            ("cupe_title", "BLOB"),
            ("cupe_actor", "BIGINT UNSIGNED"),
            ("cupe_log_type", "BLOB"),
            ("cupe_log_action", "BLOB"),
            ("cupe_params", "BLOB"),
            ("cupe_comment_id", "BIGINT UNSIGNED"),
            ("cupe_page", "INTEGER UNSIGNED"),
            ("cupe_timestamp", "BLOB"),
            ("cupe_ip", "VARCHAR(255)"),
            ("cupe_ip_hex", "VARCHAR(255)"),
            ("cupe_xff", "BLOB"),
            ("cupe_xff_hex", "VARCHAR(255)"),
            ("cupe_agent", "BLOB"),
            ("cupe_agent_id", "BIGINT UNSIGNED"),
            ("cupe_private", "BLOB"),
        ],
    ),
];

#[tokio::test]
async fn every_table_has_the_columns_of_mediawiki() {
    let w = world().await;
    for (table, columns) in TABLES {
        let sql = format!("SELECT name, type FROM pragma_table_info('{table}')");
        let rows = match *table {
            "objectcache" => w.store.execute_on_cache_for_tests(&sql).await.unwrap(),
            _ => w.store.execute_for_tests(&sql).await.unwrap(),
        };
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row[0].as_deref().unwrap(), row[1].as_deref().unwrap()))
            .collect();
        assert_eq!(found, *columns, "{table}");
    }
}

#[tokio::test]
async fn there_are_no_other_tables_among_the_accounts() {
    let w = world().await;
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut found = w.column(sql).await;
    let mut expected: Vec<_> = TABLES
        .iter()
        .filter(|(table, _)| *table != "objectcache")
        .map(|(table, _)| Some((*table).to_owned()))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}
