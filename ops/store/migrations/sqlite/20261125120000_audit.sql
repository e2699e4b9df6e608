CREATE TABLE ops_audit (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	time bigint NOT NULL,
	action text NOT NULL,
	outcome text NOT NULL,
	kind text NOT NULL,
	subject text NOT NULL,
	token_id bigint,
	access_token_id bigint,
	scopes text NOT NULL,
	ip text NOT NULL,
	path text NOT NULL,
	model text NOT NULL,
	keys text NOT NULL,
	fields text NOT NULL,
	count bigint NOT NULL,
	detail text NOT NULL
);
CREATE INDEX ops_audit_time ON ops_audit (time);
