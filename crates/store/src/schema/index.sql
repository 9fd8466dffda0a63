-- Ours, beside MediaWiki's objectcache: which sessions belong to an account, and from where they
-- are used.

CREATE TABLE {daemun_session_index} (
  keyname BLOB NOT NULL,
  user_id INTEGER UNSIGNED NOT NULL,
  exptime BLOB NOT NULL,
  began BLOB DEFAULT NULL,
  used BLOB DEFAULT NULL,
  address BLOB DEFAULT NULL,
  agent BLOB DEFAULT NULL,
  PRIMARY KEY(keyname)
) WITHOUT ROWID;
CREATE INDEX daemun_session_user ON {daemun_session_index} (user_id);
CREATE INDEX daemun_session_exptime ON {daemun_session_index} (exptime);
