package handlers

import "github.com/labstack/echo/v4"

// GetItem shows one.
//
// @Summary Show an item
// @Tags items
// @Produce json
// @Param id path int true "Its number"
// @Success 200 {object} model.Item
// @Failure 404 {object} echo.HTTPError
// @Router /items/{id} [get]
func GetItem(c echo.Context) error { return nil }

// SetPhoto takes a picture of one.
//
// @Summary Set the picture
// @Tags items
// @Accept mpfd
// @Param id path int true "Its number"
// @Param photo formData file true "The picture"
// @Success 204
// @Router /items/{id}/photo [put]
func SetPhoto(c echo.Context) error { return nil }
