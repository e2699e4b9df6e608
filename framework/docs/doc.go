// Package docs is the page that shows a service's API: what there is, what goes in and comes out, and a form that tries
// it, with the cookies of the browser. It is a part:
//
//	service.Use(&docs.Page{})
//
// The page is embedded and asks nobody but the service itself: it works without the internet. Its sources are in web/ of
// the repository. The build tag no_docs leaves its files out of a binary; the documents stay.
package docs
