CREATE TABLE "account_links" (
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"group" text NOT NULL,
	CONSTRAINT "account_links_platform_person_id_pk" PRIMARY KEY("platform","person_id")
);
--> statement-breakpoint
CREATE TABLE "contest_codes" (
	"code" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"contest" text NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "account_links_group" ON "account_links" USING btree ("group");--> statement-breakpoint
CREATE UNIQUE INDEX "contest_codes_giver" ON "contest_codes" USING btree ("kind","contest","platform","person_id");