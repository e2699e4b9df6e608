module demo-user

go 1.26.0

require github.com/utilmeta/utilmeta-go v0.1.0

replace github.com/utilmeta/utilmeta-go => ../..
