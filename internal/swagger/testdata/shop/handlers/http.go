// Package handlers answers requests.
package handlers

import (
	"net/http"

	"github.com/utilmeta/utilmeta-go/internal/swagger/testdata/shop/model"
)

// ListItems lists what is sold.
//
// @Summary List items
// @Tags items
// @Produce json
// @Param limit query int false "How many" minimum(1) maximum(100) default(10)
// @Param kinds query []string false "Of which kinds" collectionFormat(multi)
// @Success 200 {object} model.Page[model.Item]
// @Failure 400 {object} model.Failure
// @Router /items [get]
func ListItems(w http.ResponseWriter, r *http.Request) { _ = model.Page[model.Item]{} }

// AddItem adds one.
//
// @Summary Add an item
// @ID addItem
// @Tags items
// @Accept json
// @Produce json
// @Param item body model.Item true "The item"
// @Success 201 {object} model.Item
// @Security Key
// @Router /items [post]
func AddItem(w http.ResponseWriter, r *http.Request) {}
