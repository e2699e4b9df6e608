package logs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
)

// shape is a value with the names of types in the place of what is not an object. What may be null is told by the table
// of the contract, so null is like anything.
func shape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for name, one := range v {
			m[name] = shape(one)
		}
		return m
	case []any:
		if len(v) == 0 {
			return "list"
		}
		return []any{shape(v[0])}
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	}
	return nil
}

// recorded is the answer to a request of the recording at testdata.
func recorded(t *testing.T, file, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if all[path] == nil {
		t.Fatalf("%s has no %s", file, path)
	}
	return all[path]
}

// alike compares an answer with a recorded one.
func alike(t *testing.T, got *answer, want map[string]any, ignored ...string) {
	t.Helper()
	var result any
	if err := json.Unmarshal(got.Result, &result); err != nil {
		t.Fatal(err)
	}
	same := gocmp.FilterPath(func(p gocmp.Path) bool {
		return slices.ContainsFunc(p, func(s gocmp.PathStep) bool {
			i, ok := s.(gocmp.MapIndex)
			return ok && slices.Contains(ignored, i.Key().String())
		})
	}, gocmp.Ignore())
	null := gocmp.FilterValues(func(a, b any) bool { return a == nil || b == nil }, gocmp.Ignore())
	if diff := gocmp.Diff(shape(want["result"]), shape(result), same, null); diff != "" {
		t.Errorf("it is not as recorded:\n%s", diff)
	}
	if got.Msg != "" || got.State != 1.0 {
		t.Errorf("msg %q, state %v", got.Msg, got.State)
	}
}

// signup is the first request of the recording.
func signup() row {
	return row{
		"id": int64(1), "service": "test", "instance_id": int64(2), "worker_id": int64(1), "worker_pid": int64(20195), "time": int64(1795290554584486),
		"duration": int64(82_400), "level": int64(1), "status": int64(200), "endpoint": int64(2), "method": "post", "path": "/api/user/signup",
		"query": "a=1&b=2&b=3&password=******", "host": "127.0.0.1:8010", "tls": int64(0), "user_id": "1", "ip": "127.0.0.1", "public": int64(0),
		"user_agent": "python-urllib3/1.26.12", "request_type": "application/json", "response_type": "application/json", "length": int64(85),
		"in_traffic": int64(255), "out_traffic": int64(159), "queries": int64(2), "volatile": int64(1),
	}
}

const signupContent = `{"request_headers":{"Host":"127.0.0.1:8010","User-Agent":"python-urllib3/1.26.12","X-Forwarded-For":"8.8.8.8"},
"response_headers":{"Vary":"Cookie"},"data":{"username":"alice","password":"******"},"result":{"id":1},"trace":[{"name":"WARN","init":4,"type":"log.warn","msg":0,"data":null}],
"messages":["careful"],"details":{"queries":2}}`

func (f *fixture) signup() {
	f.fill(nil)
	f.insert("ops_log", signup())
	f.insert("ops_log_detail", row{"id": int64(1), "content": signupContent})
}

// TestRow35_AnswersAreAsRecorded compares answers with the recording.
func TestRow35_AnswersAreAsRecorded(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		f.signup()
		alike(f.T, f.get("/service"), recorded(f.T, "answers.json", "/service"))
		alike(f.T, f.get("/service/detail?id=1"), recorded(f.T, "answers.json", "/service/detail?id=3"), "query", "request_headers", "response_headers", "data", "result", "details")
		alike(f.T, f.get("?id=1"), recorded(f.T, "answers.json", "/service/detail?id=3"), "query", "request_headers", "response_headers", "data", "result", "details")
		alike(f.T, f.get("/request"), recorded(f.T, "answers.json", "/request"))
		alike(f.T, f.get("/alert"), recorded(f.T, "answers.json", "/alert"))
		alike(f.T, f.get("/realtime?within=60"), recorded(f.T, "answers.json", "/realtime?apis=hello_get"))
	})
}

func TestServiceDetail(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		f.signup()
		var want map[string]any
		if err := json.Unmarshal([]byte(`{"id":1,"service":"test","node_id":null,"instance_id":2,"endpoint_id":null,"endpoint_ident":"user_signup","level":"INFO",
"time":1795290554.584486,"duration":82,"user_id":"1","ip":"127.0.0.1","scheme":"http","method":"post","status":200,"length":85,"path":"/api/user/signup",
"endpoint_remote_id":null,"endpoint_ref":"user.API.Signup","worker_id":1,"worker_pid":20195,"thread_id":null,
"full_url":"http://127.0.0.1:8010/api/user/signup?a=1&b=2&b=3&password=******","request_type":"application/json","response_type":"application/json",
"user_agent":{"browser":"Other","os":"Other","mobile":false,"bot":true,"device":"bot"},"query":{"a":"1","b":["2","3"],"password":"******"},
"in_traffic":255,"out_traffic":159,"public":false,"access_token_id":null}`), &want); err != nil {
			f.Fatal(err)
		}
		var content map[string]any
		if err := json.Unmarshal([]byte(signupContent), &content); err != nil {
			f.Fatal(err)
		}
		for name, v := range content {
			want[name] = v
		}
		if diff := gocmp.Diff(want, f.object("/service/detail?id=1")); diff != "" {
			f.Error(diff)
		}
		bare := signup()
		for _, name := range []string{"status", "endpoint", "query", "host", "user_id", "user_agent", "request_type", "response_type"} {
			bare[name] = nil
		}
		bare["id"], bare["tls"], bare["level"] = int64(2), int64(1), int64(3)
		f.insert("ops_log", bare)
		got := f.object("?id=2")
		for name, v := range map[string]any{
			"status": nil, "endpoint_ident": nil, "endpoint_ref": nil, "user_agent": nil, "user_id": nil, "data": nil, "result": nil, "details": nil,
			"request_headers": nil, "response_headers": nil, "query": map[string]any{}, "trace": []any{}, "messages": []any{}, "level": "ERROR", "scheme": "https",
			"full_url": "/api/user/signup",
		} {
			if diff := gocmp.Diff(v, got[name]); diff != "" {
				f.Errorf("%s:\n%s", name, diff)
			}
		}
	})
}

// sent is a request that the service made.
func sent(id int64) row {
	return row{
		"id": id, "service": "test", "worker_pid": int64(7), "context_id": int64(1), "time": now.UnixMicro() + id, "duration": 1_500_000 * id, "status": int64(503),
		"method": "get", "scheme": "https", "host": "pay.example", "path": "/v1", "full_url": "https://pay.example/v1?a=1", "length": id, "failure": int64(2), "volatile": int64(0),
		"content": `{"request_headers":{"Accept":"*/*"},"user_agent":"Go-http-client/1.1","query":"a=1","data":"x","timeout":2.5,"asynchronous":false,"details":{"error":"eof"}}`,
	}
}

func TestRow35_RequestsThatTheServiceMade(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		f.insert("ops_request_log", sent(1))
		other := sent(2)
		other["context_id"], other["failure"], other["status"], other["content"], other["host"] = nil, int64(1), nil, nil, "other.example"
		f.insert("ops_request_log", other)
		for query, want := range map[string][]int64{
			"": {2, 1}, "order=duration": {1, 2}, "order=in_traffic": {2, 1}, "host=pay.example": {1}, "context_type=service_log": {1}, "context_type=x": nil,
			"context_id=1": {1}, "timeout_error=1": {2}, "server_error=true": {1}, "client_error=true": nil, "server_error=0": {2}, "remote_log=1": nil,
			"status_gte=500": {1}, "duration_gte=2000": {2}, "method=GET&path=/v1": {2, 1}, "rows=1&page=2": {1},
		} {
			if got, _ := f.ids("/request?" + query); !slices.Equal(got, want) {
				f.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		got := f.object("/request/detail?id=1")
		want := map[string]any{
			"id": 1.0, "service": "test", "node_id": nil, "instance_id": nil, "time": float64(now.UnixMicro()+1) / 1e6, "duration": 1500.0, "scheme": "https",
			"method": "get", "status": 503.0, "length": 1.0, "full_url": "https://pay.example/v1?a=1", "request_type": nil, "response_type": nil,
			"request_headers": map[string]any{"Accept": "*/*"}, "response_headers": nil, "query": map[string]any{"a": "1"}, "data": "x", "result": nil, "path": "/v1",
			"user_agent": map[string]any{"browser": "Other", "os": "Other", "mobile": false, "bot": true, "device": "bot"}, "worker_id": nil, "worker_pid": 7.0,
			"context_type": "service_log", "context_id": 1.0, "host": "pay.example", "remote_log": nil, "asynchronous": false, "timeout": 2.5, "timeout_error": false,
			"server_error": true, "client_error": false, "details": map[string]any{"error": "eof"},
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			f.Error(diff)
		}
		if got := f.object("/request/detail?id=2"); got["context_type"] != nil || got["asynchronous"] != nil || got["timeout_error"] != true || len(got) != len(want) {
			f.Errorf("without context and content: %v", got)
		}
	})
}

func TestRow35_RefusalsAreOfTheContract(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		for path, status := range map[string]int{
			"/service?rows=500": 400, "/service?rows=abc": 400, "/service?rows=-1": 400, "/service?page=0": 400, "/service?offset=-1": 400, "/service?limit=101": 400,
			"/service?level=loud": 400, "/service?public=yes": 400, "/service?time_gte=soon": 400, "/service?start=x": 400, "/service?status=99999": 400,
			"/service?offset=5000000": 400, "/service?page=1000000000&rows=100": 400, "/service?unknown=1": 200, "/service?order=nofield": 200,
			"/service?path=%00": 200, "/service?endpoint_ident=%00&endpoint_like=%00&ip=%00": 200, "/realtime?apis=%00": 200, "/service?time%3E==2020-01-01": 200, "/service?time>=2020-01-01": 200, "/service?time_gte=2026-11-25T10:00:00+02:00": 200,
			"/service?path=%ff": 400, "/service?instance=99999999999999999999": 200,
			"": 400, "?id=abc": 400, "?id=5": 404, "/service/detail": 400, "/service/detail?id=999999": 404, "/request/detail?id=1": 404, "/request?context_id=x": 400,
			"/alert?order=-duration&severity=1&target=1&start=0": 200, "/alert?severity=x": 400, "/alert?rows=101": 400, "/alert/detail?id=1": 404, "/alert/detail": 400,
			"/realtime?within=99999": 400, "/realtime?within=0": 400, "/realtime?ips=-1": 400, "/service/values?rows=500": 200,
		} {
			a := f.ask(status, "GET", path)
			if status >= 400 && (string(a.Result) != "null" || a.Msg == "" || a.State != 0.0) {
				f.Errorf("%s: %+v", path, a)
			}
		}
	})
}
