package naming

import (
	"go/token"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNames(t *testing.T) {
	tests := []struct{ field, method, kebab, snake string }{
		{"Signup", "signup", "signup", "signup"},
		{"SignupTime", "signupTime", "signup-time", "signup_time"},
		{"ID", "id", "id", "id"},
		{"IDs", "ids", "ids", "ids"},
		{"UserIDs", "userIDs", "user-ids", "user_ids"},
		{"URLsOfUser", "urlsOfUser", "urls-of-user", "urls_of_user"},
		{"URLList", "urlList", "url-list", "url_list"},
		{"APIKey", "apiKey", "api-key", "api_key"},
		{"HTTPServer", "httpServer", "http-server", "http_server"},
		{"BySlug", "bySlug", "by-slug", "by_slug"},
		{"V2Orders", "v2Orders", "v2-orders", "v2_orders"},
		{"HTTP2Push", "http2Push", "http2-push", "http2_push"},
		{"UserID2", "userID2", "user-id2", "user_id2"},
		{"A", "a", "a", "a"},
		{"ABTest", "abTest", "ab-test", "ab_test"},
		{"Top_Ten", "top_Ten", "top-ten", "top_ten"},
		{"Äpfel", "äpfel", "äpfel", "äpfel"},
		{"Import", "import_", "import", "import"},
		{"Type", "type_", "type", "type"},
		{"Delete", "delete", "delete", "delete"},
		{"New", "new", "new", "new"},
	}
	for _, tt := range tests {
		if got := MethodName(tt.field, nil); got != tt.method {
			t.Errorf("MethodName(%q) = %q, want %q", tt.field, got, tt.method)
		}
		if got := Kebab(tt.field); got != tt.kebab {
			t.Errorf("Kebab(%q) = %q, want %q", tt.field, got, tt.kebab)
		}
		if got := Snake(tt.field); got != tt.snake {
			t.Errorf("Snake(%q) = %q, want %q", tt.field, got, tt.snake)
		}
	}
}

func TestMethodNameTaken(t *testing.T) {
	taken := func(name string) bool { return name == "log" || name == "type_" }
	for field, want := range map[string]string{"Log": "log_", "Type": "type__", "Signup": "signup"} {
		if got := MethodName(field, taken); got != want {
			t.Errorf("MethodName(%q) = %q, want %q", field, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"name", "main", "app", "pidfile", "node"}
	for word, want := range map[string]string{
		"nme": "name", "NAME": "name", "nmae": "name", "pid_file": "pidfile", "pidfil": "pidfile", "nodes": "node",
		"ap": "app", "App": "app", "port": "", "x": "", "zz": "", "": "", "database": "",
	} {
		if got := Nearest(word, known...); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func FuzzMethodName(f *testing.F) {
	for _, s := range []string{"Signup", "ID", "IDs", "Import", "V2Orders", "X_Y", "Äpfel", "İd", "_", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, field string) {
		if !token.IsIdentifier(field) || !token.IsExported(field) || !utf8.ValidString(field) {
			t.Skip()
		}
		got := MethodName(field, nil)
		if !token.IsIdentifier(got) || token.IsExported(got) {
			t.Errorf("MethodName(%q) = %q, which names no unexported method", field, got)
		}
		if joined := strings.Join(Words(field), ""); joined != strings.ReplaceAll(field, "_", "") {
			t.Errorf("Words(%q) lost letters: %q", field, joined)
		}
	})
}
