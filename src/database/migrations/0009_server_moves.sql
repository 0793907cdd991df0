CREATE TABLE "server_moves" (
	"platform" text NOT NULL,
	"server" text NOT NULL,
	"moved_to" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "server_moves_platform_server_pk" PRIMARY KEY("platform","server")
);
--> statement-breakpoint
CREATE INDEX "jobs_channel" ON "jobs" USING btree ("platform",("place"->>'channel'));