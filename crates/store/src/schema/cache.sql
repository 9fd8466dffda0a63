-- MediaWiki 1.45, SQLite. As its installer makes them; {name} is the table with its prefix.

CREATE TABLE {objectcache} (
  keyname BLOB DEFAULT '' NOT NULL,
  value BLOB DEFAULT NULL,
  exptime BLOB NOT NULL,
  modtoken VARCHAR(17) DEFAULT '00000000000000000' NOT NULL,
  flags INTEGER UNSIGNED DEFAULT NULL,
  PRIMARY KEY(keyname)
);
CREATE INDEX exptime ON {objectcache} (exptime);
