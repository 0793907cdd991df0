CREATE TABLE "job_durations" (
	"name" text PRIMARY KEY NOT NULL,
	"mean_ms" double precision NOT NULL,
	"count" integer NOT NULL
);
