CREATE TABLE "pet_questions" (
	"id" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"command" text NOT NULL,
	"options" jsonb NOT NULL,
	"pets" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "pet_questions_person" ON "pet_questions" USING btree ("platform","person_id");