CREATE TABLE "contest_ballot_links" (
	"digest" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"contest" text NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"server" text NOT NULL,
	"is_panel" boolean NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "contests" ADD COLUMN "gallery_token" text;--> statement-breakpoint
ALTER TABLE "contest_ballot_links" ADD CONSTRAINT "contest_ballot_links_contest_contests_id_fk" FOREIGN KEY ("contest") REFERENCES "public"."contests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contest_ballot_links_person" ON "contest_ballot_links" USING btree ("platform","person_id","contest");--> statement-breakpoint
CREATE INDEX "contest_ballot_links_expiry" ON "contest_ballot_links" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "contests_gallery_token" ON "contests" USING btree ("gallery_token");