-- Tokens of this service. Of a token itself only the hash is kept.
CREATE TABLE ops_token (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	service text NOT NULL,
	name text NOT NULL,
	hash text NOT NULL UNIQUE,
	scopes text NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL,
	revoked smallint NOT NULL DEFAULT 0,
	last_used bigint,
	used_times bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX ops_token_name ON ops_token (service, name) WHERE revoked = 0;

-- Supervisors that may call, or that are to make themselves known by the key whose hash is init_key.
CREATE TABLE ops_supervisor (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	service text NOT NULL,
	node_id text,
	ident text,
	base_url text,
	url text,
	ops_api text,
	public_key text,
	init_key text,
	backup_urls text NOT NULL DEFAULT '[]',
	local smallint NOT NULL DEFAULT 0,
	disabled smallint NOT NULL DEFAULT 0,
	connected smallint NOT NULL DEFAULT 0,
	created bigint NOT NULL,
	heartbeat_interval bigint,
	default_timeout double precision,
	settings text NOT NULL DEFAULT '{}',
	alert_settings text NOT NULL DEFAULT '{}',
	report_settings text NOT NULL DEFAULT '{}',
	resources_etag text,
	UNIQUE (base_url, node_id)
);
CREATE INDEX ops_supervisor_node ON ops_supervisor (node_id);
CREATE UNIQUE INDEX ops_supervisor_init ON ops_supervisor (init_key) WHERE init_key IS NOT NULL;

-- Tokens of supervisors, from their first use or their revocation on. The issuer is the row of the supervisor, which
-- may be gone.
CREATE TABLE ops_access_token (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	issuer bigint NOT NULL,
	token_id text NOT NULL UNIQUE,
	issued_at bigint,
	subject text,
	expiry_time bigint NOT NULL,
	last_activity bigint,
	used_times bigint NOT NULL DEFAULT 0,
	ip text,
	scope text NOT NULL DEFAULT '[]',
	revoked smallint NOT NULL DEFAULT 0
);
CREATE INDEX ops_access_token_issuer ON ops_access_token (issuer);
