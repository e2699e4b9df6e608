// Package templates holds the files of new projects and apps as text/template sources. The path of a template is that
// of the file it makes, with .tmpl at the end; setup is a project, app an app, auth an app with accounts.
package templates

import "embed"

//go:embed all:setup all:app all:auth
var Files embed.FS
