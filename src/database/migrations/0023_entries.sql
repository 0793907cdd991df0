ALTER TABLE "contest_ballots" ALTER COLUMN "void_reason" SET DATA TYPE jsonb USING to_jsonb("void_reason");--> statement-breakpoint
ALTER TABLE "contest_entries" ALTER COLUMN "picture" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "contest_entries" ADD COLUMN "is_spoiler" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "contest_entries" ADD COLUMN "hash" text;--> statement-breakpoint
ALTER TABLE "contest_entries" ADD COLUMN "provenance" jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "contest_entries" ADD COLUMN "becomes" text;--> statement-breakpoint
ALTER TABLE "contest_entries" ADD COLUMN "replaces" text;--> statement-breakpoint
CREATE INDEX "contest_entries_job" ON "contest_entries" USING btree ("job");