CREATE TABLE "contest_sheets" (
	"id" text PRIMARY KEY NOT NULL,
	"contest" text NOT NULL,
	"blob" text NOT NULL,
	"used_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "contest_sheets" ADD CONSTRAINT "contest_sheets_contest_contests_id_fk" FOREIGN KEY ("contest") REFERENCES "public"."contests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contest_sheets_used" ON "contest_sheets" USING btree ("contest","used_at");--> statement-breakpoint
-- A sheet never changes its file.
CREATE TRIGGER "contest_sheets_blob_uses" AFTER INSERT OR DELETE ON "contest_sheets" FOR EACH ROW
	EXECUTE FUNCTION note_blob_uses('sheet', '$.blob');
