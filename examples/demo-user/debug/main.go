// Command debug goes through the user API of the running service and prints what it answers.
package main

import (
	"github.com/utilmeta/utilmeta-go/framework"

	"demo-user/config"
	"demo-user/server"
)

func main() {
	cfg, err := config.Load()
	if err != nil {
		framework.Exit(err)
	}
	service, err := server.New(cfg)
	if err != nil {
		framework.Exit(err)
	}
	client := service.Client(framework.Live)
	data := framework.Data{"username": "user1", "password": "123123"}
	client.Post("user/signup", data).Print()
	client.Get("user").Print()
	client.Post("user/logout", nil).Print()
	client.Get("user").Print()
	client.Post("user/login", data).Print()
	client.Get("user").Print()
	client.Put("user", framework.Data{"username": "user-updated", "password": "123456"}).Print()
}
