package peers

import (
	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/utilmeta/utilmeta-go/bench/peers/coded"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/plugin/requestid"
)

// Plugged are the framework and echo with a request id and sessions in memory, of a client who has no session yet.
func Plugged() []Peer {
	return []Peer{
		{Name: "utilmeta", Handler: mounted(&struct {
			RequestID requestid.Plugin
			Session   session.Plugin
			API       *contract `route:"/"`
		}{Session: session.New(session.Config{}), API: newContract()})},
		{Name: "utilmeta, codecs", Handler: mounted(&struct {
			RequestID requestid.Plugin
			Session   session.Plugin
			API       *coded.Contract `route:"/"`
		}{Session: session.New(session.Config{}), API: coded.New()})},
		{Name: "echo", Handler: onEcho(middleware.RequestID(), echo.WrapMiddleware(scs.New().LoadAndSave))},
	}
}
