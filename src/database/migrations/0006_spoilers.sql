ALTER TABLE "pets" ADD COLUMN "is_spoiler" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "training_drafts" ADD COLUMN "is_spoiler" boolean DEFAULT false NOT NULL;