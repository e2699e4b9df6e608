-- create "sessions" table
CREATE TABLE `sessions` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `token_hash` text NOT NULL,
  `data` blob NULL,
  `created_time` datetime NOT NULL,
  `last_activity` datetime NOT NULL,
  `expiry_time` datetime NOT NULL,
  `deadline` datetime NOT NULL,
  `user_sessions` integer NULL,
  CONSTRAINT `sessions_users_sessions` FOREIGN KEY (`user_sessions`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);

-- create index "sessions_token_hash_key" to table: "sessions"
CREATE UNIQUE INDEX `sessions_token_hash_key` ON `sessions` (`token_hash`);

-- create index "session_expiry_time" to table: "sessions"
CREATE INDEX `session_expiry_time` ON `sessions` (`expiry_time`);

-- create index "sessions_user_sessions_idx" to table: "sessions"
CREATE INDEX `sessions_user_sessions_idx` ON `sessions` (`user_sessions`);

-- create "users" table
CREATE TABLE `users` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `password` text NOT NULL,
  `username` text NOT NULL,
  `signup_time` datetime NOT NULL
);

-- create index "users_username_key" to table: "users"
CREATE UNIQUE INDEX `users_username_key` ON `users` (`username`);
