-- What an index of before knows nothing of: when sessions began, and from where they are used.

ALTER TABLE {daemun_session_index} ADD COLUMN began BLOB DEFAULT NULL;
ALTER TABLE {daemun_session_index} ADD COLUMN used BLOB DEFAULT NULL;
ALTER TABLE {daemun_session_index} ADD COLUMN address BLOB DEFAULT NULL;
ALTER TABLE {daemun_session_index} ADD COLUMN agent BLOB DEFAULT NULL;
