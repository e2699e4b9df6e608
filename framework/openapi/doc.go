// Package openapi writes the OpenAPI 3.1 document of a contract, merges what others have written, and finds what a
// change breaks.
//
// [Document] makes a [Doc] of mounted endpoints: all that it says comes from what the endpoints do, and the texts from
// doc comments. The document is the same for the same contract, down to the byte.
//
// [Load] converts a document of somebody else, of Swagger 2.0 or OpenAPI 3.0, to OpenAPI 3.1. [Read] loads documents to
// be merged: they are the Foreign ones of [About], and [Foreign] says how they are put together.
package openapi
