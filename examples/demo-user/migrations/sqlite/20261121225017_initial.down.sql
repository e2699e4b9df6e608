-- meta:destructive drop table sessions
-- meta:destructive drop table users

-- drop "sessions" table
DROP TABLE `sessions`;

-- drop "users" table
DROP TABLE `users`;
