// Package schema reads, checks and writes Go values as JSON, driven by one plan for each type.
package schema
