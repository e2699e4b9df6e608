// Package openapi writes the OpenAPI 3.1 document of a contract, and finds what a change of it breaks.
//
// [Document] makes a [Doc] of mounted endpoints: all that it says comes from what the endpoints do, and the texts from
// doc comments. The document is the same for the same contract, down to the byte.
package openapi
