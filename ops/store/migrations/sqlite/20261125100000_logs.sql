CREATE TABLE ops_endpoint (
	id INTEGER PRIMARY KEY,
	service text NOT NULL,
	ident text NOT NULL,
	ref text NOT NULL,
	UNIQUE (service, ident)
);

-- One row a request, without what is long. Times are microseconds since 1970, durations microseconds.
CREATE TABLE ops_log (
	id INTEGER PRIMARY KEY,
	service text NOT NULL,
	node_id text,
	instance_id bigint,
	worker_id bigint,
	worker_pid bigint,
	time bigint NOT NULL,
	duration bigint NOT NULL,
	level smallint NOT NULL,
	status smallint,
	endpoint bigint,
	method text NOT NULL,
	path text NOT NULL,
	query text,
	host text,
	tls smallint NOT NULL,
	user_id text,
	ip text NOT NULL,
	public smallint NOT NULL,
	user_agent text,
	request_type text,
	response_type text,
	length bigint NOT NULL,
	in_traffic bigint NOT NULL,
	out_traffic bigint NOT NULL,
	queries int NOT NULL,
	access_token_id bigint,
	volatile smallint NOT NULL
);
CREATE INDEX ops_log_time ON ops_log (time);
CREATE INDEX ops_log_endpoint ON ops_log (endpoint, time);
-- Of few rows, with what counting them takes.
CREATE INDEX ops_log_level ON ops_log (level, time, id, service, node_id, access_token_id) WHERE level <> 1;
CREATE INDEX ops_log_status ON ops_log (status, time, id, service, node_id, access_token_id) WHERE status <> 200;
CREATE INDEX ops_log_slow ON ops_log (duration) WHERE duration >= 1000000;
-- The condition is another one, so that the planner takes it for the newest of slow requests, and the one above for the slowest.
CREATE INDEX ops_log_slow_time ON ops_log (time, id, duration, service, node_id, access_token_id) WHERE duration > 999999;

-- The rest of rows that have more: a JSON object.
CREATE TABLE ops_log_detail (
	id INTEGER PRIMARY KEY,
	content text NOT NULL
);

-- One row a request that this service made.
CREATE TABLE ops_request_log (
	id INTEGER PRIMARY KEY,
	service text NOT NULL,
	node_id text,
	instance_id bigint,
	worker_id bigint,
	worker_pid bigint,
	context_id bigint,
	time bigint NOT NULL,
	duration bigint NOT NULL,
	status smallint,
	method text NOT NULL,
	scheme text NOT NULL,
	host text NOT NULL,
	path text NOT NULL,
	full_url text NOT NULL,
	request_type text,
	response_type text,
	length bigint NOT NULL,
	failure smallint NOT NULL, -- 0 none, 1 time-out, 2 the server's, 3 the client's
	volatile smallint NOT NULL,
	content text
);
CREATE INDEX ops_request_log_time ON ops_request_log (time);
CREATE INDEX ops_request_log_context ON ops_request_log (context_id) WHERE context_id IS NOT NULL;
CREATE INDEX ops_request_log_failure ON ops_request_log (failure, time) WHERE failure <> 0;

-- The next ids, taken by whoever stores rows: rows become visible in their order.
CREATE TABLE ops_sequence (
	name text NOT NULL PRIMARY KEY,
	next bigint NOT NULL
);
INSERT INTO ops_sequence (name, next) VALUES ('log', 1), ('request_log', 1);

-- Files of the spill whose records are stored already.
CREATE TABLE ops_spill (
	name text NOT NULL PRIMARY KEY,
	time bigint NOT NULL
);
