package peers

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/validator/v10"

	"github.com/utilmeta/utilmeta-go/bench/work"
)

type ginPath struct {
	ID int64 `uri:"id" binding:"min=1"`
}

type ginQuery struct {
	Page  int    `form:"page" binding:"min=1,max=10000"`
	Limit int    `form:"limit" binding:"min=1,max=100"`
	Q     string `form:"q" binding:"max=50"`
	Sort  string `form:"sort" binding:"omitempty,oneof=name age created"`
}

type ginHeader struct {
	Tenant string `header:"X-Tenant" binding:"required,min=1,max=36"`
}

func onGin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	setup(binding.Validator.Engine().(*validator.Validate))
	g := gin.New()
	g.GET("/hello", func(c *gin.Context) { c.JSON(http.StatusOK, work.Greet()) })
	g.GET("/users/:id", func(c *gin.Context) {
		var path ginPath
		var query ginQuery
		var header ginHeader
		err := c.ShouldBindUri(&path)
		if err == nil {
			err = c.ShouldBindQuery(&query)
		}
		if err == nil {
			err = c.ShouldBindHeader(&header)
		}
		if err != nil {
			ginFail(c, err)
			return
		}
		c.JSON(http.StatusOK, work.GetUser(path.ID, query.Page))
	})
	g.POST("/signup", func(c *gin.Context) {
		var in work.SignupIn
		if err := c.ShouldBindJSON(&in); err != nil {
			ginFail(c, err)
			return
		}
		c.JSON(http.StatusOK, work.Signup(&in))
	})
	g.POST("/items", func(c *gin.Context) {
		var in work.ItemsIn
		if err := c.ShouldBindJSON(&in); err != nil {
			ginFail(c, err)
			return
		}
		c.JSON(http.StatusOK, work.Items(&in))
	})
	return g
}

func ginFail(c *gin.Context, err error) {
	p := problem(err)
	c.JSON(p.Status, p)
}
