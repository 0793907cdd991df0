ALTER TABLE "jobs" ADD COLUMN "picture_score" double precision;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "is_uncovered" boolean DEFAULT false NOT NULL;