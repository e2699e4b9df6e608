package logs_test

import "fmt"

// flood stores n rows, one each quarter of a second until now, by a statement for each 100,000.
func (f *fixture) flood(n int) {
	f.Helper()
	for first := 1; first <= n; first += 100_000 {
		f.floodOnce(first, min(first+99_999, n), n)
	}
}

func (f *fixture) floodOnce(first, last, all int) {
	f.Helper()
	numbers := fmt.Sprintf("(WITH RECURSIVE numbers(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM numbers WHERE i < %d) SELECT i FROM numbers) AS numbers", first, last)
	if f.store.Postgres() {
		numbers = fmt.Sprintf("generate_series(%d, %d) AS numbers(i)", first, last)
	}
	f.exec(fmt.Sprintf(`INSERT INTO ops_log (id, service, worker_pid, time, duration, level, status, endpoint, method, path, host, tls, user_id, ip, public, user_agent,
request_type, response_type, length, in_traffic, out_traffic, queries, volatile)
SELECT i, 'test', 7, %d - (%d - i) * CAST(250000 AS bigint),
CASE WHEN i %% 100 = 3 THEN 1000000 + i %% 977 * 10000 ELSE i %% 997 * 1000 END, CASE WHEN i %% 100 = 7 THEN 3 WHEN i %% 50 = 9 THEN 2 ELSE 1 END,
CASE WHEN i %% 100 = 7 THEN 500 WHEN i %% 50 = 9 THEN 404 ELSE 200 END, i %% 200, CASE WHEN i %% 2 = 0 THEN 'get' ELSE 'post' END,
'/api/article/' || (i %% 5000), 'shop.example:8000', 1, CAST(i %% 3000 AS text), '10.0.' || (i %% 200) || '.7', 0,
'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36', NULL, 'application/json', i %% 9000, 500, 900, 2,
CASE WHEN i %% 100 = 7 OR i %% 50 = 9 THEN 0 ELSE 1 END
FROM %s`, now.UnixMicro(), all, numbers))
}
