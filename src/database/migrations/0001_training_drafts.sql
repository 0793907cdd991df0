CREATE TABLE "training_drafts" (
	"id" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"kind" text NOT NULL,
	"photos" jsonb NOT NULL,
	"set_doubts" jsonb NOT NULL,
	"sheet" text,
	"is_replacing" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "training_drafts_owner_name" ON "training_drafts" USING btree ("platform","person_id","name_key");