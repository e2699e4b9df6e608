// Package work is what every peer of the benchmark does: the values, the business logic and the requests.
package work

import "time"

// Hello is the answer to GET /hello.
type Hello struct {
	Message string `json:"message"`
	Version int    `json:"version"`
	OK      bool   `json:"ok"`
}

// User is the answer to GET /users/{id}.
type User struct {
	ID        int64     `json:"id"`
	Username  string    `json:"username"`
	Email     string    `json:"email"`
	FullName  string    `json:"full_name"`
	Bio       string    `json:"bio"`
	Age       int       `json:"age"`
	Active    bool      `json:"active"`
	Score     float64   `json:"score"`
	Role      string    `json:"role"`
	CreatedAt time.Time `json:"created_at"`
}

// SignupIn is the body of POST /signup. The tags of one type serve every peer: validate is of go-playground/validator,
// binding is gin's name for the same, the others are JSON Schema's.
type SignupIn struct {
	Username string `json:"username" validate:"required,min=3,max=20,uname" binding:"required,min=3,max=20,uname" minLength:"3" maxLength:"20" pattern:"^[A-Za-z0-9_]+$"`
	Password string `json:"password" validate:"required,min=8,max=72" binding:"required,min=8,max=72" minLength:"8" maxLength:"72"`
	Email    string `json:"email" validate:"required,email,max=254" binding:"required,email,max=254" format:"email" maxLength:"254"`
	FullName string `json:"full_name" validate:"required,max=100" binding:"required,max=100" minLength:"1" maxLength:"100"`
	Age      int    `json:"age" validate:"min=13,max=120" binding:"min=13,max=120" minimum:"13" maximum:"120"`
	Country  string `json:"country" validate:"required,len=2,alpha" binding:"required,len=2,alpha" minLength:"2" maxLength:"2" pattern:"^[A-Za-z]+$"`
}

// SignupOut is its answer.
type SignupOut struct {
	ID        int64     `json:"id"`
	Username  string    `json:"username"`
	Email     string    `json:"email"`
	FullName  string    `json:"full_name"`
	Age       int       `json:"age"`
	Country   string    `json:"country"`
	CreatedAt time.Time `json:"created_at"`
}

// Dims are the measures of an Item.
type Dims struct {
	W float64 `json:"w" validate:"min=0,max=1000" binding:"min=0,max=1000" minimum:"0" maximum:"1000"`
	H float64 `json:"h" validate:"min=0,max=1000" binding:"min=0,max=1000" minimum:"0" maximum:"1000"`
	D float64 `json:"d" validate:"min=0,max=1000" binding:"min=0,max=1000" minimum:"0" maximum:"1000"`
}

// Item is one of the hundred of POST /items.
type Item struct {
	ID       int64    `json:"id" validate:"min=1" binding:"min=1" minimum:"1"`
	SKU      string   `json:"sku" validate:"required,min=3,max=20" binding:"required,min=3,max=20" minLength:"3" maxLength:"20"`
	Name     string   `json:"name" validate:"required,max=100" binding:"required,max=100" minLength:"1" maxLength:"100"`
	Quantity int      `json:"quantity" validate:"min=1,max=10000" binding:"min=1,max=10000" minimum:"1" maximum:"10000"`
	Price    float64  `json:"price" validate:"min=0" binding:"min=0" minimum:"0"`
	Tags     []string `json:"tags" validate:"max=10,dive,min=1,max=20" binding:"max=10,dive,min=1,max=20" maxItems:"10" items.minLength:"1" items.maxLength:"20"`
	Dims     Dims     `json:"dims"`
}

// ItemsIn is the body of POST /items.
type ItemsIn struct {
	Items []Item `json:"items" validate:"required,max=1000,dive" binding:"required,max=1000,dive" maxItems:"1000"`
}

// ItemsOut is its answer.
type ItemsOut struct {
	Total int    `json:"total"`
	Items []Item `json:"items"`
}

// Problem is the answer of peers that have no structured error of their own.
type Problem struct {
	Status int     `json:"status"`
	Code   string  `json:"code"`
	Errors []Fault `json:"errors"`
}

// Fault is one thing that is wrong.
type Fault struct {
	Field   string `json:"field"`
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

var created = time.Date(2026, 3, 14, 15, 9, 26, 535897000, time.UTC)

// Greet answers GET /hello.
func Greet() Hello { return Hello{"Hello, World!", 1, true} }

// GetUser answers GET /users/{id}.
func GetUser(id int64, page int) User {
	return User{
		ID: id, Username: "john_doe", Email: "john@example.com", FullName: "John Q. Doe", Bio: "Software engineer, likes Go & <html>",
		Age: 30 + page%2, Active: true, Score: 98.6, Role: "admin", CreatedAt: created,
	}
}

// Signup answers POST /signup.
func Signup(in *SignupIn) SignupOut {
	return SignupOut{ID: 1001, Username: in.Username, Email: in.Email, FullName: in.FullName, Age: in.Age, Country: in.Country, CreatedAt: created}
}

// Items answers POST /items.
func Items(in *ItemsIn) ItemsOut { return ItemsOut{Total: len(in.Items), Items: in.Items} }
