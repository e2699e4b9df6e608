// Command shop is an application of old: its handlers are annotated for swag.
package main

// @title Shop
// @version 1.2
// @description Sells things.
// @host shop.example.com
// @BasePath /v1
// @schemes https
// @securityDefinitions.apikey Key
// @in header
// @name X-Key
func main() {}
