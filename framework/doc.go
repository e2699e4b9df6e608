// Package framework makes a service of APIs.
//
//	service := framework.New(framework.Config{Name: "demo-user"})
//	service.Use(database, sessions)
//	service.Mount("/api", &RootAPI{User: users})
//	framework.Exit(service.Run())
//
// What Use gets are parts: a database, a session store, a module such as ops. They are set up and started in
// their order and stopped in reverse. Mount adds an API, a pointer to its contract struct; see package api.
// Run serves, or does what the command line says: the binary of a service answers migrate, showmigrations,
// routes, check and version too.
package framework
